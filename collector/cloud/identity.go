package cloud

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"
)

// Identity is who a caller is, by sts.GetCallerIdentity.
type Identity struct {
	Account string // the account's id
	Type    string // Account, RAMUser or AssumedRoleUser
	ARN     string
	User    string // the user's id; "" for a role
	Role    string // the role's id; "" for a user
	Source  string // where the credentials come from
	Date    string // the HTTP Date header: the API's own clock
}

// WhoAmI asks who the caller is. The error says where its credentials come
// from, and what is wrong with them in the vendor's words.
func (c *Caller) WhoAmI(ctx context.Context) (Identity, error) {
	m, err := newMessage(c.cloud.products, "sts", "GetCallerIdentity", "", nil)
	if err != nil {
		return Identity{}, err
	}
	got, err := c.send(ctx, m)
	if err == nil {
		err = got.failure()
	}
	if err != nil {
		return Identity{}, fmt.Errorf("identify caller (%s): %w", c.Source(), err)
	}
	var body struct{ AccountId, IdentityType, Arn, UserId, RoleId string }
	if json.Unmarshal(got.body, &body) != nil || body.AccountId == "" {
		return Identity{}, fmt.Errorf("identify caller (%s): %w", c.Source(), errors.New("the answer names no account"))
	}
	return Identity{
		Account: body.AccountId, Type: body.IdentityType, ARN: body.Arn, User: body.UserId, Role: body.RoleId,
		Source: c.Source(), Date: got.header.Get("Date"),
	}, nil
}
