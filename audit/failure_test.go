package audit

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"testing"

	"esaudit/facts"
)

// Of several portions with an error the first one's is told, whichever ends first.
func TestErrorOfTheFirstPortion(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	var all []facts.Portion
	for i := range 2 * portionsAhead {
		all = append(all, func() []facts.Subject { return []facts.Subject{{ID: fmt.Sprint(i)}} })
	}
	later := make(chan struct{})
	judged := 0
	parts, err := judgePortions(context.Background(), slices.Values(all), func(_ context.Context, subjects []facts.Subject, n *int) error {
		switch subjects[0].ID {
		case "0":
			return nil
		case "1":
			<-later
		case "2":
			defer close(later)
		default:
			judged++ // by the one that judged 2 only, while the other one waits
		}
		return errors.New(subjects[0].ID)
	})
	if parts != nil || err == nil || err.Error() != "1" {
		t.Errorf("%d portions, error %v, want that of 1", len(parts), err)
	}
	if judged > 0 {
		t.Errorf("%d portions were judged behind one that failed", judged)
	}
	parts, err = judgePortions(context.Background(), slices.Values(all), func(_ context.Context, subjects []facts.Subject, n *int) error {
		_, err := fmt.Sscan(subjects[0].ID, n)
		return err
	})
	for i, n := range parts {
		if *n != i {
			t.Fatalf("portion %d is %d", i, *n)
		}
	}
	if err != nil || len(parts) != len(all) {
		t.Errorf("%d portions, error %v", len(parts), err)
	}
	ctx, stop := context.WithCancel(context.Background())
	stop()
	if _, err := judgePortions(ctx, slices.Values(all), func(context.Context, []facts.Subject, *int) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of the context", err)
	}
}
