// Package redact replaces what names people, organisations and places in a
// snapshot by pseudonyms, so that it can stand in a repository or a support
// ticket.
//
// # What it answers
//
// Redactor.Snapshot: the same estate under pseudonyms; it audits to the same
// findings, with pseudonyms in them. Redactor.Config: the declarations under the
// same pseudonyms.
//
// Replaced are
//   - account ids, and other numbers of 15 to 20 digits, which is what the vendor
//     numbers users and roles with;
//   - addresses of the internet (SEMANTICS 3), wherever a text holds one. Two
//     addresses that share n bits share n bits afterwards, so that prefix lengths,
//     containment, adjacency and equality stay;
//   - names of users, groups, roles, policies and trails, names and descriptions
//     of all other objects, values of tags;
//   - domain names in any script, mail addresses and distinguished names in settings, label by
//     label, so that a domain stays the parent of its hosts; paths of URLs; names of
//     clusters, nodes, users, senders and clients, and messages to users;
//   - in policies and trust documents: statements' ids, names in ARNs of services
//     whose resources have names, and what conditions compare with tags and names;
//   - ids of access keys, of temporary ones too;
//   - all of that in Base64 or with percent signs as well, nested or not: it is
//     encoded again afterwards, as it was.
//
// Kept are ids of objects (vpc-..., es-cn-...), regions, zones, ports, times,
// versions and all other settings; private, shared, link-local and multicast addresses;
// what the vendor names itself: its domains, system policies and service roles,
// the group "default"; keys of tags; regular expressions, which a setting may
// hold in place of a host; names of indexes; MAC addresses.
//
// # What it assumes
//
// Pseudonyms are made by a key. Who has it can find out what stands for what, by
// trying; who has not cannot, as far as SHA-256 holds. With the same key the same
// text has the same pseudonym in every snapshot, and different texts have
// different ones.
//
// # Limits
//
// Texts keep their lengths, their punctuation and what they begin alike with
// (prod-a, prod-b): patterns of policies match as before. The shape of the
// network, how many objects there are and when they were made stay visible. Of
// a pattern only what precedes its first wildcard is followed. What is encoded in
// another way, as hexadecimal digits or packed, is not found, nor is Base64 with
// letters or digits right beside it.
package redact
