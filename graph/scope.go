package graph

import (
	"slices"
	"strconv"

	"esaudit/snapshot"
)

// scope is one region of one account: where SEMANTICS 2 looks everything up.
type scope struct {
	account *snapshot.Account
	region  string
}

func (s scope) call(product, operation, subject string) snapshot.Call {
	return snapshot.Call{Region: s.region, Product: product, Operation: operation, Subject: subject}
}

func (s scope) read(product, operation, subject string) bool {
	return s.account.Read(s.call(product, operation, subject))
}

// need returns the call when it was not read: what would settle an unknown.
func (s scope) need(product, operation, subject string) []snapshot.Call {
	if s.read(product, operation, subject) {
		return nil
	}
	return []snapshot.Call{s.call(product, operation, subject)}
}

func (s scope) object(kind snapshot.Kind, id string) snapshot.Object {
	return s.account.Object(kind, s.region, id)
}

func (s scope) objects(kind snapshot.Kind) []snapshot.Object { return s.account.In(kind, s.region) }

// regionsOf returns the regions an account was collected in, and any other
// that an object stands in.
func regionsOf(a *snapshot.Account) []string {
	regions := slices.Clone(a.Regions)
	for _, kind := range snapshot.Kinds() {
		regions = append(regions, a.Standing(kind)...)
	}
	slices.Sort(regions)
	regions = slices.Compact(regions)
	return slices.DeleteFunc(regions, func(r string) bool { return r == snapshot.Global })
}

func itoa(n int) string { return strconv.Itoa(n) }
