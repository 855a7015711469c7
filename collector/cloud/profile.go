package cloud

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"gopkg.in/ini.v1"
)

// profile is one way to get credentials, as the vendor's command line keeps it
// in ~/.aliyun/config.json.
type profile struct {
	Name            string `json:"name"`
	Mode            string `json:"mode"`
	AccessKeyID     string `json:"access_key_id"`
	AccessKeySecret string `json:"access_key_secret"`
	Token           string `json:"sts_token"`
	TokenExpires    int64  `json:"sts_expiration"` // Unix seconds, of CloudSSO and OAuth
	RoleARN         string `json:"ram_role_arn"`
	RoleName        string `json:"ram_role_name"`
	Session         string `json:"ram_session_name"`
	ExternalID      string `json:"external_id"`
	Policy          string `json:"policy"`
	Seconds         int    `json:"expired_seconds"`
	STSRegion       string `json:"sts_region"`
	SourceProfile   string `json:"source_profile"`
	OIDCTokenFile   string `json:"oidc_token_file"`
	OIDCProvider    string `json:"oidc_provider_arn"`
	CredentialsURI  string `json:"credentials_uri"`
}

// profiles are those of one file.
type profiles struct {
	shown   string // the file, in messages
	current string // the file's own choice
	list    []profile
}

// cliProfile reads ~/.aliyun/config.json.
func (c *Cloud) cliProfile(context.Context) found {
	const off = "ALIBABA_CLOUD_CLI_PROFILE_DISABLED"
	path, shown := c.inHome(".aliyun", "config.json")
	if strings.EqualFold(c.options.Getenv(off), "true") {
		return found{none: shown + " is switched off by " + off}
	}
	text, none, err := c.readHome(path, shown)
	if text == nil {
		return found{none: none, err: err}
	}
	all, err := parseConfig(text, shown)
	if err != nil {
		return found{err: err}
	}
	return c.choose(all)
}

// parseConfig reads what `aliyun configure` writes. Errors do not quote it: it
// holds secrets.
func parseConfig(text []byte, shown string) (profiles, error) {
	var file struct {
		Current  string    `json:"current"`
		Profiles []profile `json:"profiles"`
	}
	if json.Unmarshal(text, &file) != nil {
		return profiles{}, fmt.Errorf("%s: it is not the JSON that `aliyun configure` writes", shown)
	}
	return profiles{shown, first(file.Current, "default"), file.Profiles}, nil
}

// sharedProfile reads ~/.alibabacloud/credentials, or the file that
// ALIBABA_CLOUD_CREDENTIALS_FILE names.
func (c *Cloud) sharedProfile(context.Context) found {
	path, shown := c.inHome(".alibabacloud", "credentials")
	if file := c.options.Getenv("ALIBABA_CLOUD_CREDENTIALS_FILE"); file != "" {
		path, shown = file, file
	}
	text, none, err := c.readHome(path, shown)
	if text == nil {
		return found{none: none, err: err}
	}
	all, err := parseINI(text, shown)
	if err != nil {
		return found{err: err}
	}
	return c.choose(all)
}

// parseINI reads the file that the vendor's SDKs share. Errors do not quote it:
// it holds secrets.
func parseINI(text []byte, shown string) (profiles, error) {
	file, err := ini.LoadSources(ini.LoadOptions{SpaceBeforeInlineComment: true}, text)
	if err != nil {
		return profiles{}, fmt.Errorf("%s: it is not an ini file: [NAME], then KEY = VALUE lines", shown)
	}
	all := profiles{shown: shown, current: "default"}
	for _, s := range file.Sections() {
		if len(s.Keys()) > 0 && s.Key("enable").String() != "false" {
			all.list = append(all.list, section(s))
		}
	}
	return all, nil
}

// readHome reads a file that may be absent; nil when it is, with the reason.
func (c *Cloud) readHome(path, shown string) (text []byte, none string, err error) {
	if c.options.Home == "" && strings.HasPrefix(shown, "~/") {
		return nil, shown + ": there is no home directory", nil
	}
	text, err = readSmall(path)
	switch why := errors.Unwrap(err); {
	case errors.Is(err, fs.ErrNotExist):
		return nil, shown + " does not exist", nil
	case why != nil:
		return nil, "", fmt.Errorf("read %s: %w", shown, why)
	case err != nil:
		return nil, "", fmt.Errorf("read %s: %w", shown, err)
	}
	return append([]byte{}, text...), "", nil
}

// section reads a profile of the ini file: its type is a mode by another name.
func section(s *ini.Section) profile {
	get := func(name string) string { return s.Key(name).String() }
	seconds, _ := strconv.Atoi(get("role_session_expiration"))
	mode, known := map[string]string{
		"access_key": "AK", "sts": "StsToken", "ram_role_arn": "RamRoleArn", "ecs_ram_role": "EcsRamRole",
		"oidc_role_arn": "OIDC", "credentials_uri": "CredentialsURI",
	}[get("type")]
	if !known {
		mode = get("type")
	}
	return profile{
		Name: s.Name(), Mode: mode, Seconds: seconds,
		AccessKeyID: get("access_key_id"), AccessKeySecret: get("access_key_secret"), Token: get("security_token"),
		RoleARN: get("role_arn"), RoleName: get("role_name"), Session: get("role_session_name"), ExternalID: get("external_id"),
		Policy: get("policy"), OIDCTokenFile: get("oidc_token_file_path"), OIDCProvider: get("oidc_provider_arn"),
		CredentialsURI: get("credentials_uri"),
	}
}

// choose takes the profile that is asked for, else the file's own choice.
func (c *Cloud) choose(all profiles) found {
	name := first(c.options.Profile, c.options.Getenv("ALIBABA_CLOUD_PROFILE"), all.current)
	p, ok := all.named(name)
	switch {
	case !ok:
		return found{none: fmt.Sprintf("%s has no profile %q (it has %s)", all.shown, name, all.names())}
	case p.empty() && c.options.Profile == "":
		return found{none: fmt.Sprintf("profile %q of %s holds nothing yet", name, all.shown)}
	}
	k, err := c.fromProfile(all, p, nil)
	return found{credentials: k, err: err}
}

func (all profiles) named(name string) (profile, bool) {
	if i := slices.IndexFunc(all.list, func(p profile) bool { return p.Name == name }); i >= 0 {
		return all.list[i], true
	}
	return profile{}, false
}

func (all profiles) names() string {
	quoted := []string{}
	for _, p := range all.list {
		quoted = append(quoted, strconv.Quote(p.Name))
	}
	if len(quoted) == 0 {
		return "none"
	}
	return strings.Join(quoted, ", ")
}

// empty reports whether a profile is one that was never filled in.
func (p profile) empty() bool {
	p.Name = ""
	return p == profile{} || p == profile{Mode: "AK"}
}

// fromProfile returns the credentials of a profile. seen are the profiles that
// it is a source of.
func (c *Cloud) fromProfile(all profiles, p profile, seen []string) (*Credentials, error) {
	where := fmt.Sprintf("profile %s of %s", oneLine(p.Name), all.shown)
	if p.Mode != "" {
		where += ", mode " + oneLine(p.Mode)
	}
	wrong := func(format string, args ...any) (*Credentials, error) {
		return nil, fmt.Errorf("%s: "+format, append([]any{where}, args...)...)
	}
	if slices.Contains(seen, p.Name) {
		return wrong("it is its own source: %s", strings.Join(append(seen, p.Name), " <- "))
	}
	if missing := p.missing(); missing != "" {
		return wrong("%s is missing", missing)
	}
	key := Key{ID: p.AccessKeyID, Secret: p.AccessKeySecret}
	role := Role{ARN: p.RoleARN, Session: p.Session, ExternalID: p.ExternalID, Policy: p.Policy, Seconds: p.Seconds, STSRegion: p.STSRegion}
	var made *Credentials
	var err error
	switch strings.ToLower(p.Mode) {
	case "ak":
		return fixed(c.options.Clock, where, key), nil
	case "ststoken":
		key.Token = p.Token
		return fixed(c.options.Clock, where, key), nil
	case "ramrolearn":
		key.Token = p.Token
		made, err = c.Assume(fixed(c.options.Clock, where, key), role)
	case "ecsramrole":
		return c.ecsRole(p.RoleName, where), nil
	case "ramrolearnwithrolename":
		made, err = c.Assume(c.ecsRole(p.RoleName, where), role)
	case "chainableramrolearn":
		source, ok := all.named(p.SourceProfile)
		if !ok {
			return wrong("its source_profile %q is not there (%s are)", p.SourceProfile, all.names())
		}
		if made, err = c.fromProfile(all, source, append(seen, p.Name)); err == nil {
			made, err = c.Assume(made, role)
		}
	case "oidc":
		made, err = c.oidc(where, role, p.OIDCProvider, p.OIDCTokenFile)
	case "credentialsuri":
		made, err = c.uri(p.CredentialsURI, where)
	case "cloudsso", "oauth":
		return c.loggedIn(p, where), nil
	case "external":
		return wrong("esaudit does not run programs that a file names: run it yourself, and set ALIBABA_CLOUD_ACCESS_KEY_ID, _SECRET and ALIBABA_CLOUD_SECURITY_TOKEN to what it prints")
	default:
		return wrong("the mode is not one of AK, StsToken, RamRoleArn, ChainableRamRoleArn, RamRoleArnWithRoleName, EcsRamRole, OIDC, CredentialsURI, CloudSSO, OAuth")
	}
	if err != nil {
		return wrong("%w", err)
	}
	return made, nil
}

// missing returns the field that a profile's mode needs and that is empty; ""
// when there is none.
func (p profile) missing() string {
	key := [][2]string{{"access_key_id", p.AccessKeyID}, {"access_key_secret", p.AccessKeySecret}}
	role := [2]string{"ram_role_arn", p.RoleARN}
	needs := map[string][][2]string{
		"":                       {{"mode", ""}},
		"ak":                     key,
		"ststoken":               append(slices.Clip(key), [2]string{"sts_token", p.Token}),
		"ramrolearn":             append(slices.Clip(key), role),
		"ramrolearnwithrolename": {role},
		"chainableramrolearn":    {role, {"source_profile", p.SourceProfile}},
		"oidc":                   {role, {"oidc_provider_arn", p.OIDCProvider}, {"oidc_token_file", p.OIDCTokenFile}},
		"credentialsuri":         {{"credentials_uri", p.CredentialsURI}},
	}
	for _, need := range needs[strings.ToLower(p.Mode)] {
		if need[1] == "" {
			return need[0]
		}
	}
	return ""
}

// loggedIn returns the key that the vendor's command line got by a login, as
// long as it lasts: esaudit opens no browser and writes no profile.
func (c *Cloud) loggedIn(p profile, where string) *Credentials {
	return newCredentials(c.options.Clock, where, func(context.Context) (Key, error) {
		k := Key{ID: p.AccessKeyID, Secret: p.AccessKeySecret, Token: p.Token, Expires: time.Unix(p.TokenExpires, 0)}
		if k.ID == "" || k.Secret == "" || k.Token == "" || !c.options.Clock.Now().Before(k.Expires) {
			return Key{}, errors.New("the login has expired: run `aliyun sts GetCallerIdentity` with this profile, which renews it or asks for a login")
		}
		return k, nil
	})
}
