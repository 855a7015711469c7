package wild

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"time"

	"esaudit/collector/api"
	"esaudit/collector/recording"
	"esaudit/config"
)

// Estate is one random account, with what is declared of it.
type Estate struct {
	Part   recording.Part
	Config config.Config

	hosts, vpcAddresses, clusters, balancers, names, domains []string
	ports                                                    map[string][]int // by target
	borders                                                  []string         // CIDRs
	vpcs                                                     []string
}

// Options say how an estate is made.
type Options struct {
	Seed    uint64
	Account string
	Tag     string   // small letters, part of every id
	Regions []string // one or two; the first has the clusters; none: any
	// Rough is the chance of each part of an object to be wrong, odd or missing;
	// Blind that of each answer. Negative: they differ by seed.
	Rough, Blind float64
	// Placed has network ACLs, route tables and security groups say their VPC, without
	// which they may be anybody's.
	Placed bool
	// Elsewhere has all addresses be other ones than those of the estate of the same
	// seed: two estates do not meet by chance.
	Elsewhere bool
	// Torn is the chance of each answer to be contradicted by another one of its
	// kind. Negative: it differs by seed.
	Torn float64
}

// New makes the estate of a seed, as rough, blind and torn as the seed says.
func New(seed uint64) *Estate {
	return With(Options{Seed: seed, Account: "1234567890123456", Tag: "w", Rough: -1, Blind: -1, Torn: -1})
}

// Whole is New without answers that contradict each other. What takes one of them
// back, or changes one, settles or makes a contradiction.
func Whole(seed uint64) *Estate {
	return With(Options{Seed: seed, Account: "1234567890123456", Tag: "w", Rough: -1, Blind: -1})
}

// With makes an estate.
func With(o Options) *Estate {
	m := &maker{r: rand.New(rand.NewPCG(o.Seed, 7)), tag: o.Tag, rough: o.Rough, blind: o.Blind, regions: o.Regions, placed: o.Placed, tears: newTears(o.Seed, o.Torn), estate: &Estate{ports: map[string][]int{}}}
	if rough := one(m, 0, 0.01, 0.03, 0.08, 0.25); o.Rough < 0 {
		m.rough = rough
	}
	if blind := one(m, 0, 0, 0.02, 0.08, 0.3); o.Blind < 0 {
		m.blind = blind
	}
	if m.regions == nil {
		m.regions = []string{one(m, "cn-hangzhou", "cn-hangzhou", "cn-hangzhou", "cn-shanghai", "cn-hongkong", "ap-southeast-1", "cn-shanghai-finance-1")}
		if m.chance(0.3) {
			m.regions = append(m.regions, "cn-beijing")
		}
	}
	m.network()
	m.securityGroups()
	m.compute()
	m.elasticsearch()
	m.classicBalancers()
	m.networkBalancers()
	m.nat()
	m.privateLink()
	m.elasticIPs()
	m.declare()
	m.estate.Part = recording.Part{Account: o.Account, TakenAt: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC), Regions: m.regions, Answers: m.answers()}
	if o.Elsewhere {
		m.estate.Part.Answers = elsewhere(m.estate.Part.Answers)
	}
	return m.estate
}

// elsewhere are answers with other addresses: 172.11 for 10.1, 203.0.112 for 203.0.113.
func elsewhere(answers []api.Answer) []api.Answer {
	private, public := regexp.MustCompile(`\b10\.([0-9])\.`), regexp.MustCompile(`\b(47|192\.0|198\.51|203\.0)\.(1|2|100|113)\.`)
	for i, a := range answers {
		answers[i].Body = public.ReplaceAll(private.ReplaceAll(a.Body, []byte("172.1$1.")), []byte("$1.112."))
	}
	return answers
}

// body is a JSON object under the vendor's names.
type body = map[string]any

// maker builds one estate.
type maker struct {
	r            *rand.Rand
	tag          string
	rough, blind float64
	regions      []string
	placed       bool
	tears        tears
	estate       *Estate
	counts       map[string]int
	calls        []*call
	lists        map[string]*call

	vpcs     []*vpc
	groups   []string // security groups
	machines []*machine
	clusters []*cluster
	enis     []string // of load balancers
}

// chance is true with a probability.
func (m *maker) chance(p float64) bool { return m.r.Float64() < p }

// odd is true when this part is to be wrong.
func (m *maker) odd() bool { return m.chance(m.rough) }

// one picks one of some values.
func one[T any](m *maker, values ...T) T { return values[m.r.IntN(len(values))] }

// missing stands for a field that is not there.
type missing struct{}

// mostly is the right value, or now and then one of the others.
func (m *maker) mostly(right any, others ...any) any {
	if m.odd() {
		return one(m, others...)
	}
	return right
}

// put sets a field, mostly to the right value; it may be missing or null.
func (m *maker) put(b body, field string, right any, others ...any) {
	v := m.mostly(right, append(others, missing{}, nil)...)
	if v == (missing{}) {
		delete(b, field)
		return
	}
	b[field] = v
}

// number is a number, or the same as text.
func (m *maker) number(n int) any {
	if m.chance(0.3) {
		return fmt.Sprint(n)
	}
	return n
}

// stand has an object say its VPC where objects are to.
func (m *maker) stand(v *vpc, all ...body) {
	for _, b := range all {
		if m.placed {
			b["VpcId"] = v.id
		}
	}
}

// id makes the next id of a kind.
func (m *maker) id(kind string) string {
	if m.counts == nil {
		m.counts = map[string]int{}
	}
	m.counts[kind]++
	return fmt.Sprintf("%s-%s%02d", kind, m.tag, m.counts[kind])
}

// border remembers a CIDR at whose ends questions are asked.
func (m *maker) border(cidr string) string {
	m.estate.borders = append(m.estate.borders, cidr)
	return cidr
}

// port remembers a port of a target.
func (m *maker) port(target string, ports ...int) {
	m.estate.ports[target] = append(m.estate.ports[target], ports...)
}
