package emulator

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"esaudit/collector/api"
	"esaudit/collector/recording"
)

const region = "cn-hangzhou"

func part(answers ...api.Answer) recording.Part {
	return recording.Part{Account: "1234567890123456", TakenAt: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC), Regions: []string{region}, Answers: answers}
}

func line(name string, params map[string]string, status int, body string) api.Answer {
	product, operation, _ := strings.Cut(name, ".")
	a := api.Answer{Request: api.Request{Region: region, Product: product, Operation: operation, Params: params}, Status: status}
	if globalProduct(product) {
		a.Region = ""
	}
	if body != "" {
		a.Body = []byte(body)
	}
	return a
}

// spread writes items as the recorded pages of a list, of the given sizes, with
// all that the vendor says of paging.
func spread(name string, params map[string]string, items []string, sizes []int) []api.Answer {
	l := listings()[name]
	var out []api.Answer
	total := len(items)
	for number := 1; len(items) > 0 || number == 1; number++ {
		n := len(items)
		if number-1 < len(sizes) {
			n = min(n, sizes[number-1])
		}
		o := object{{"RequestId", quote("id-" + strconv.Itoa(number))}}
		raw := [][]byte{}
		for _, item := range items[:n] {
			raw = append(raw, []byte(item))
		}
		items = items[n:]
		o = o.with(l.paths[0], array(raw))
		for _, path := range l.paths[1:] {
			o = o.with(path, []byte("[]"))
		}
		switch {
		case l.token == "Marker":
			o = o.with("IsTruncated", strconv.AppendBool(nil, len(items) > 0))
		case l.number == "page":
			o = o.with("Headers.X-Total-Count", quote(strconv.Itoa(total)))
		default:
			o = o.with("TotalCount", []byte(strconv.Itoa(total)))
		}
		if l.token != "" && len(items) > 0 {
			o = o.with(l.token, quote("recorded-"+strconv.Itoa(number)))
		}
		if l.token == "NextToken" && len(items) == 0 && total%2 == 1 { // the vendor does either
			o = o.with(l.token, quote(""))
		}
		if l.token == "" && l.number == "PageNumber" {
			o = o.with("PageNumber", []byte(strconv.Itoa(number))).with("PageSize", []byte("50"))
		}
		out = append(out, line(name, params, 200, string(o.bytes())))
	}
	return out
}

// pagedLists are the operations whose lists have pages.
func pagedLists() []string {
	lists := listings()
	return slices.DeleteFunc(slices.Sorted(maps.Keys(lists)), func(name string) bool {
		return lists[name].number == "" && lists[name].token == ""
	})
}

// Whatever the pages a list was recorded in, and whatever the size it is asked
// for in, it comes back whole, in order, in pages of that size.
func TestAnyListInAnyPages(t *testing.T) {
	names := pagedLists()
	rapid.Check(t, func(r *rapid.T) {
		name := rapid.SampledFrom(names).Draw(r, "operation")
		l := listings()[name]
		items := []string{}
		for i := range rapid.IntRange(0, 25).Draw(r, "items") {
			items = append(items, fmt.Sprintf(`{"Id": "item-%d",  "N":%d}`, i, i))
		}
		sizes := rapid.SliceOfN(rapid.IntRange(1, 9), 0, 30).Draw(r, "recorded pages")
		size := rapid.IntRange(1, 27).Draw(r, "size")
		params := map[string]string{}
		if slices.Contains(slices.Collect(maps.Values(clusterReads())), strings.TrimPrefix(name, "elasticsearch.")) {
			params["InstanceId"] = "es-cn-1"
		}
		s, c := direct(t, []recording.Part{part(spread(name, params, items, sizes)...)}, Options{})
		q := s.accounts[s.first].groups[place{regionOf(name), name}].order[0].lines[0].Request

		got := []string{}
		replies := c.pages(q, size)
		for i, reply := range replies {
			o, err := parseObject(reply.body)
			if err != nil || reply.status != 200 {
				r.Fatalf("page %d: status %d, %s", i+1, reply.status, reply.body)
			}
			list, err := parseArray(o.get(l.paths[0]))
			if err != nil {
				r.Fatalf("page %d: %s: %v", i+1, reply.body, err)
			}
			if want := max(size, l.least); len(list) > want || i < len(replies)-1 && len(list) < want {
				r.Errorf("page %d of %d has %d items, %d were asked for", i+1, len(replies), len(list), size)
			}
			for _, raw := range list {
				got = append(got, string(raw))
			}
			for _, path := range totals() {
				if n, told := o.count(path); told && n != int64(len(items)) {
					r.Errorf("page %d: %s is %d, not %d", i+1, path, n, len(items))
				}
			}
		}
		last, _ := parseObject(replies[len(replies)-1].body)
		if last.get("Marker") != nil || scalar(last.get("NextToken")) != "" {
			r.Errorf("the last page promises another one: %s", last.bytes())
		}
		if !slices.Equal(got, items) {
			r.Errorf("%v came back as %v", items, got)
		}
	})
}

func regionOf(name string) string {
	if product, _, _ := strings.Cut(name, "."); globalProduct(product) {
		return ""
	}
	return region
}

// A page that is as it was recorded has the recorded bytes.
func TestUnpagedBodiesStay(t *testing.T) {
	body := `{"Result" : {"esConfig":{"b":"\u0041","a":1.50},"tags":[ ]} ,"RequestId":"X"}`
	hosts := `{"RequestId":"X","TotalCount":"2","Servers":[{"b":1e3, "a":"\u0041"},{"c":null}],"MaxResults":20,"Other":{"x" : 1}}`
	_, c := serve(t, []recording.Part{part(
		line("elasticsearch.DescribeInstance", map[string]string{"InstanceId": "es-cn-1"}, 200, body),
		line("nlb.ListServerGroupServers", map[string]string{"ServerGroupId": "sgp-1"}, 200, hosts),
	)}, Options{})
	if r := c.roa(region, "/openapi/instances/es-cn-1", nil); string(r.body) != body || r.header.Get("Content-Length") != strconv.Itoa(len(body)) {
		t.Errorf("%s bytes: %s", r.header.Get("Content-Length"), r.body)
	}
	r := c.rpc("POST", "2022-04-30", "ListServerGroupServers", map[string]string{"ServerGroupId": "sgp-1", "RegionId": region})
	if string(r.body) != hosts {
		t.Errorf("%s", r.body)
	}
	want := `{"RequestId":"X","TotalCount":"2","Servers":[{"b":1e3, "a":"\u0041"}],"MaxResults":1,"Other":{"x" : 1},"NextToken":`
	r = c.rpc("POST", "2022-04-30", "ListServerGroupServers", map[string]string{"ServerGroupId": "sgp-1", "RegionId": region, "MaxResults": "1"})
	if !strings.HasPrefix(string(r.body), want) {
		t.Errorf("%s", r.body)
	}
}

func TestPageLimits(t *testing.T) {
	var vpcs, hosts []string
	for i := range 130 {
		vpcs = append(vpcs, fmt.Sprintf(`{"VpcId":"vpc-%d"}`, i))
		hosts = append(hosts, fmt.Sprintf(`{"InstanceId":"i-%d"}`, i))
	}
	answers := slices.Concat(spread("vpc.DescribeVpcs", nil, vpcs, []int{50, 50}), spread("ecs.DescribeInstances", nil, hosts, []int{100}),
		spread("ram.ListUsers", nil, nil, nil), spread("privatelink.ListVpcEndpointServiceResources", map[string]string{"ServiceId": "epsrv-1"}, hosts, nil),
		spread("slb.DescribeLoadBalancers", nil, vpcs, nil))
	_, c := serve(t, []recording.Part{part(answers...)}, Options{})
	for _, test := range []struct {
		version, action string
		page            map[string]string
		items           int // -1: refused
		says            string
	}{
		{"2016-04-28", "DescribeVpcs", nil, 10, `"TotalCount":130,"PageNumber":1,"PageSize":10`},
		{"2016-04-28", "DescribeVpcs", map[string]string{"PageSize": "50", "PageNumber": "3"}, 30, `"TotalCount":130,"PageNumber":3,"PageSize":50`},
		{"2016-04-28", "DescribeVpcs", map[string]string{"PageSize": "50", "PageNumber": "4"}, 0, `"TotalCount":130,"PageNumber":4`},
		{"2016-04-28", "DescribeVpcs", map[string]string{"PageSize": "51"}, -1, `\"PageSize\" is not valid: 1 to 50`},
		{"2016-04-28", "DescribeVpcs", map[string]string{"PageSize": "0"}, -1, `\"PageSize\" is not valid: a number from 1 up`},
		{"2016-04-28", "DescribeVpcs", map[string]string{"PageNumber": "x"}, -1, `\"PageNumber\" is not valid`},
		{"2014-05-15", "DescribeLoadBalancers", nil, 100, `"TotalCount":130`},
		{"2014-05-26", "DescribeInstances", map[string]string{"MaxResults": "3"}, 10, `"NextToken":"`},
		{"2014-05-26", "DescribeInstances", map[string]string{"MaxResults": "500"}, 100, `"NextToken":"`},
		{"2014-05-26", "DescribeInstances", map[string]string{"PageNumber": "2", "PageSize": "100"}, 30, `"PageNumber":2,"PageSize":100`},
		{"2014-05-26", "DescribeInstances", map[string]string{"NextToken": "made-up"}, -1, `\"NextToken\" is not valid`},
		{"2020-04-15", "ListVpcEndpointServiceResources", map[string]string{"ServiceId": "epsrv-1"}, 50, `"NextToken":"`},
		{"2020-04-15", "ListVpcEndpointServiceResources", map[string]string{"ServiceId": "epsrv-1", "MaxResults": "51"}, -1, `1 to 50`},
		{"2015-05-01", "ListUsers", map[string]string{"MaxItems": "1000"}, 0, `"IsTruncated":false`},
		{"2015-05-01", "ListUsers", map[string]string{"MaxItems": "1001"}, -1, `1 to 1000`},
	} {
		params := map[string]string{"RegionId": region}
		maps.Copy(params, test.page)
		r := c.rpc("POST", test.version, test.action, params)
		name := fmt.Sprintf("%s %v", test.action, test.page)
		if !strings.Contains(string(r.body), test.says) {
			t.Errorf("%s: %s does not hold %s", name, r.body, test.says)
		}
		if test.items < 0 {
			if r.status != 400 || r.code() != "InvalidParameter" {
				t.Errorf("%s: %d %s", name, r.status, r.body)
			}
			continue
		}
		if n := strings.Count(string(r.body), `Id":"vpc-`) + strings.Count(string(r.body), `Id":"i-`); r.status != 200 || n != test.items {
			t.Errorf("%s: status %d, %d items, not %d", name, r.status, n, test.items)
		}
	}
}

// A token of one list is none of another.
func TestTokensAreOfOneList(t *testing.T) {
	items := []string{`{"UserId":1}`, `{"UserId":2}`, `{"UserId":3}`}
	_, c := serve(t, []recording.Part{part(slices.Concat(
		spread("privatelink.ListVpcEndpointServiceUsers", map[string]string{"ServiceId": "epsrv-1"}, items, nil),
		spread("privatelink.ListVpcEndpointServiceUsers", map[string]string{"ServiceId": "epsrv-2"}, items, nil))...)}, Options{})
	list := func(service, token string) reply {
		return c.rpc("POST", "2020-04-15", "ListVpcEndpointServiceUsers", map[string]string{"RegionId": region, "ServiceId": service, "MaxResults": "2", "NextToken": token})
	}
	first, _ := parseObject(list("epsrv-1", "").body)
	token := scalar(first.get("NextToken"))
	if r := list("epsrv-1", token); r.status != 200 || !strings.Contains(string(r.body), `[{"UserId":3}]`) || !strings.Contains(string(r.body), `"UserARNs":[]`) {
		t.Errorf("%d %s", r.status, r.body)
	}
	if r := list("epsrv-2", token); r.status != 400 {
		t.Errorf("%d %s", r.status, r.body)
	}
}

// What the recording does not hold of a list is not made up.
func TestBrokenLists(t *testing.T) {
	good := `{"RequestId":"1","NextToken":"t","MaxResults":1,"TotalCount":2,"Listeners":[{"ListenerId":"lsn-1"}]}`
	refused := line("nlb.ListListeners", nil, 403, `{"RequestId":"2","Code":"Forbidden.RAM","Message":"no"}`)
	skipped := line("nlb.ListListeners", nil, -1, "")
	skipped.Err = "skipped: time is over"
	strange := line("nlb.ListListeners", nil, 200, `{"RequestId":"3","Listeners":{}}`)
	for name, test := range map[string]struct {
		lines []api.Answer
		pages []string // what each page's body holds
	}{
		"the end is missing":           {[]api.Answer{line("nlb.ListListeners", nil, 200, good)}, []string{"lsn-1", "NotRecorded"}},
		"the end was refused":          {[]api.Answer{line("nlb.ListListeners", nil, 200, good), refused}, []string{"lsn-1", "Forbidden.RAM"}},
		"refused first, as recorded":   {[]api.Answer{refused, line("nlb.ListListeners", nil, 200, good)}, []string{"lsn-1", "Forbidden.RAM"}},
		"the end was not asked for":    {[]api.Answer{line("nlb.ListListeners", nil, 200, good), skipped}, []string{"lsn-1", "skipped: time is over"}},
		"the end is of another type":   {[]api.Answer{line("nlb.ListListeners", nil, 200, good), strange}, []string{"lsn-1", `"Listeners":{}`}},
		"all of it was refused":        {[]api.Answer{refused}, []string{"Forbidden.RAM"}},
		"the same page twice":          {[]api.Answer{line("nlb.ListListeners", nil, 200, good), line("nlb.ListListeners", nil, 200, good)}, []string{"lsn-1", "NotRecorded"}},
		"nothing but a skipped call":   {[]api.Answer{skipped}, []string{"skipped: time is over"}},
		"nothing but a strange answer": {[]api.Answer{strange}, []string{`"Listeners":{}`}},
	} {
		t.Run(name, func(t *testing.T) {
			_, c := serve(t, []recording.Part{part(test.lines...)}, Options{})
			replies := c.pages(api.Request{Region: region, Product: "nlb", Operation: "ListListeners"}, 100)
			if len(replies) != len(test.pages) {
				t.Fatalf("%d pages, not %d", len(replies), len(test.pages))
			}
			for i, r := range replies {
				if strings.Count(string(r.body), test.pages[i]) != 1 {
					t.Errorf("page %d: %s", i+1, r.body)
				}
			}
		})
	}
	// A numbered list that is shorter than its total.
	_, c := serve(t, []recording.Part{part(line("vpc.DescribeVpcs", nil, 200, `{"TotalCount":60,"PageNumber":1,"PageSize":50,"Vpcs":{"Vpc":[{"VpcId":"vpc-1"}]}}`))}, Options{})
	if r := c.rpc("POST", "2016-04-28", "DescribeVpcs", map[string]string{"RegionId": region, "PageNumber": "2"}); r.code() != NotRecorded {
		t.Errorf("%d %s", r.status, r.body)
	}
}
