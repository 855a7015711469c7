package snapshot

import "sync/atomic"

// doubts are whether something is not known because of what was not read.
type doubts struct{ network, directory atomic.Bool }

// Doubt notes that something is not known of this account, because of a call of a
// product that was not read completely.
func (a *Account) Doubt(product string) {
	noted := &a.doubts.network
	if OfDirectory(product) {
		noted = &a.doubts.directory
	}
	if !noted.Load() { // several goroutines may ask often
		noted.Store(true)
	}
}

// Doubts reports whether anybody noted a doubt of this account: about who may do
// what (directory), and about anything else (network). What rests on a doubt may
// rest on any object.
func (a *Account) Doubts() (network, directory bool) {
	return a.doubts.network.Load(), a.doubts.directory.Load()
}

// OfDirectory reports whether a product says who may do what, and who did, and
// nothing of networks.
func OfDirectory(product string) bool {
	switch product {
	case "actiontrail", "ims", "ram", "resourcemanager", "sts":
		return true
	}
	return false
}

// OfDirectory reports whether objects of a kind are what RAM answers about: who may
// do what.
func (k Kind) OfDirectory() bool {
	switch k {
	case Identity, PolicyAttachment, RAMAccount, RAMGroup, RAMPolicy, RAMRole, RAMUser:
		return true
	}
	return false
}
