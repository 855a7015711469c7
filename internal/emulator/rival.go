package emulator

// precede does what a fault makes happen before a call is carried out, and says
// how long what it changes is on its way.
func (s *Server) precede(c *call, t trouble) {
	c.linger = t.fault.kind == "linger"
	if t.fault.kind == "rival" && s.world != nil {
		s.rival(c.account, t.fault.rival)
	}
}

// rival is another writer: an entry is added to a whitelist group, which is made
// if need be. It waits for nobody, and nobody sees the cluster activating.
func (s *Server) rival(account string, r rival) {
	w := s.world
	w.mu.Lock()
	defer w.mu.Unlock()
	c := &call{
		account: account, product: "elasticsearch", operation: "ModifyWhiteIps",
		params: map[string]string{"InstanceId": r.cluster, "group": r.list + "/" + r.group, "entry": r.entry},
	}
	c.region = s.accounts[account].home(c)
	e := w.edit(s.accounts[account], c, s.instant(account), "")
	instance := e.instance()
	if instance == nil {
		return
	}
	list := readWhitelist(instance, r.list, flatLists()[r.list])
	mode := "Append"
	if list.group(r.group) == nil {
		mode = "Cover"
	}
	if bad := list.change(mode, whiteGroup{r.group, []string{r.entry}, r.list}); bad != nil {
		return
	}
	e.rival = true
	e.update(instance, list.write(instance), 0)
	_ = w.keep(e, "", answered{}) // a rival whose write fails has written nothing
}
