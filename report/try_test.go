package report
import ("testing";"os")
func TestTry(t *testing.T) {
	r, s := fixture(t)
	for _, c := range []struct{n string; o Options}{{"80",Options{Width:80,Unicode:true,Color:true,All:true}},{"200",Options{Width:200,Unicode:true,Color:true,All:true}},{"40",Options{Width:40}}} {
		f,_ := os.Create("/tmp/team/table."+c.n)
		c.o.Snapshot=s
		if err := Write(f,"table",r,c.o); err!=nil {t.Fatal(err)}
		f.Close()
	}
	os.WriteFile("/tmp/team/esaudit-snapshot.json", s.Source(), 0o644)
	for _, p := range []string{"github","full"} {
		f,_ := os.Create("/tmp/team/"+p+".sarif")
		if err := Write(f,"sarif",r,Options{Snapshot:s,Profile:p}); err!=nil {t.Fatal(err)}
		f.Close()
	}
}
