// Package ram evaluates RAM policies: who may do what, and which statement
// grants it.
//
// # What it answers
//
// Whether a user, group or role of an account may perform an action on a
// resource, with the statements that allow and deny it, where they are attached
// (the account, or a resource group), and which of their conditions are known.
// An explicit deny wins over every allow; what nothing allows is denied. Also
// what is granted on every instance, or on anything at all, by which statements;
// who may assume a role; and who could open an instance by configuration.
//
// # What it assumes
//
// Policies are written in the vendor's grammar: {"Statement": [{"Effect",
// "Action" or "NotAction", "Resource" or "NotResource", "Condition"}]}; actions
// match in any case, with * and ?; resources match with * and ?, case and all,
// but for users and roles. A request is made at the instant of the snapshot, by
// the principal itself, and whoever makes it chooses TLS or not; nothing else of
// it is known.
//
// # Limits
//
// Control policies of a resource directory and session policies are not read,
// so that "may" means: as far as identity policies go. Who may assume a role is
// told by its trust policy apart; roles of roles are not followed. The root user
// may do everything, and is not listed.
package ram
