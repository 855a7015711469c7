package collector

import (
	"context"
	"errors"
	"testing"

	"esaudit/collector/api"
	"esaudit/snapshot"
)

// Every call that a collection reads is read alone too, with all its pages,
// however small these are; and one that the collection has not read gives the
// same state.
func TestReadOneCall(t *testing.T) {
	part := demo()
	for _, most := range []int{0, 1} {
		fake := newFake(part)
		fake.most = most
		reader := NewReader(fake)
		seen := map[string]bool{}
		for _, a := range part.Answers {
			key := callKey(a.Request)
			if _, planned := reader.steps[a.Product+"."+a.Operation]; seen[key] || !planned {
				continue
			}
			seen[key] = true
			got, err := reader.Read(t.Context(), a.Request)
			if refused, ok := errors.AsType[*ReadError](err); ok && a.Status != 200 && refused.State != snapshot.Read {
				continue
			}
			if err != nil {
				t.Errorf("%s %s: %v", a.Product, a.Operation, err)
				continue
			}
			ops := operations()
			read, held := 0, 0
			for _, page := range got {
				l, _ := readLine(ops, page)
				read += len(listed(l))
			}
			for _, page := range fake.held[key] {
				l, _ := readLine(ops, page)
				held += len(listed(l))
			}
			if read != held {
				t.Errorf("%s %s: %d items in %d pages of at most %d, not %d", a.Product, a.Operation, read, len(got), most, held)
			}
		}
		if len(seen) < 50 {
			t.Errorf("%d calls", len(seen))
		}
	}
}

// What is no call of the plan is not asked; a list that breaks off is no answer.
func TestReadRefuses(t *testing.T) {
	fake := newFake(demo())
	if _, err := NewReader(fake).Read(t.Context(), api.Request{Region: "cn-hangzhou", Product: "elasticsearch", Operation: "ModifyWhiteIps"}); err == nil || len(fake.asked) > 0 {
		t.Errorf("%v, asked %d times", err, len(fake.asked))
	}
	fake.most = 1
	fake.fault = func(_ context.Context, _ api.Request, n int) (api.Answer, bool, error) {
		return api.Answer{Status: 500, Body: []byte(`{"Code":"InternalError"}`)}, n == 1, nil
	}
	_, err := NewReader(fake).Read(t.Context(), api.Request{Region: "cn-hangzhou", Product: "elasticsearch", Operation: "ListInstance"})
	if refused, ok := errors.AsType[*ReadError](err); !ok || refused.State != snapshot.Failed || refused.Code != "InternalError" {
		t.Errorf("%v", err)
	}
}
