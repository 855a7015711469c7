package policies
import ("testing";"syscall";"encoding/json";"bytes"
"github.com/open-policy-agent/opa/v1/ast"
"github.com/open-policy-agent/opa/v1/rego"
"esaudit/facts")
func cpu() float64 { var u syscall.Rusage; syscall.Getrusage(syscall.RUSAGE_SELF,&u); return float64(u.Utime.Nano()+u.Stime.Nano()) }
func TestZZ(t *testing.T){
 e,err:=New(t.Context(),Selection{}); if err!=nil{t.Fatal(err)}
 base:=factsOf(t,"demo",nil)
 doc:=base; doc.Subjects=nil
 for len(doc.Subjects)<256 { doc.Subjects=append(doc.Subjects,base.Subjects...) }
 for i:=range doc.Subjects { doc.Subjects[i].ARN+= string(rune('a'+i%26))+string(rune('a'+i/26)) }
 doc.Subjects=doc.Subjects[:256]
 text,_:=json.Marshal(doc)
 t.Log("bytes/subject", len(text)/256)
 for name,q:=range map[string]string{"all":"all := data.esaudit.all","both":"all := data.esaudit.all; silent := data.esaudit.silent"} {
  pq,err:=e.prepare(t.Context(),q); if err!=nil{t.Fatal(err)}
  input,_:=ast.ValueFromReader(bytes.NewReader(text))
  pq.Eval(t.Context(),rego.EvalParsedInput(input))
  c:=cpu(); 
  a:=testing.AllocsPerRun(5,func(){ pq.Eval(t.Context(),rego.EvalParsedInput(input)) })
  t.Logf("%s: %.0f allocs/subject, %.0f cpu-us/subject", name, a/256, (cpu()-c)/6/256/1000)
 }
 c:=cpu(); a:=testing.AllocsPerRun(5,func(){ e.Eval(t.Context(),doc) })
 t.Logf("Eval: %.0f allocs/subject, %.0f cpu-us/subject", a/256, (cpu()-c)/6/256/1000)
 _ = facts.Schema
}
