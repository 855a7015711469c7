// Package ram evaluates RAM policies: who may do what, and which statement
// grants it.
//
// # What it answers
//
// Whether a user, group or role of an account may perform an action on a
// resource, with the statements that allow and deny it, where they are attached
// (the account, or a resource group), and which of their conditions are known.
// An explicit deny wins over every allow; what nothing allows is denied.
//
// # What it assumes
//
// Policies are written in the vendor's grammar: {"Statement": [{"Effect",
// "Action" or "NotAction", "Resource" or "NotResource", "Condition"}]}; actions
// match in any case, with * and ?; resources match with * and ?, case and all.
// Every request is made over TLS, at the instant of the snapshot; nothing else
// of a request is known.
//
// # Limits
//
// Control policies of a resource directory and session policies are not read,
// so that "may" means: as far as identity policies go. Who may assume a role is
// told by its trust policy apart; roles of roles are not followed.
package ram
