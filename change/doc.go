// Package change makes an estate with some settings changed, in memory: what
// stands behind "what if", cuts and previews of corrections.
//
// # What it answers
//
// The snapshot that an estate would give after edits such as
//
//	es-cn-1.enablePublic=false               set
//	es-cn-1/PUBLIC_ES:default:0.0.0.0/0      remove, add (without "es-cn-1/": in every cluster)
//	sg:sg-1:sgr-1                            remove a rule of a security group, by its id
//	acl:acl-1:10.0.0.0/8                     remove, add an entry of a listener's ACL
//	acl:nacl-1:nae-1                         remove an entry of a network ACL, by its id
//	listener:lb-1:9200                       remove the listeners of a load balancer on a port
//	dnat:ngw-1:fwd-1                         remove a forward entry of a NAT gateway, by its id
//	user:epsrv-1:*                           remove, add who may connect to an endpoint service
//	connection:epsrv-1:ep-1                  remove: disconnect an endpoint
//	server:sgp-1:10.0.0.1:9200               remove a server of an NLB's server group
//	endpoint:es-cn-1:ep-1                    remove an endpoint of a cluster; add: endpoint:es-cn-1:epsrv-1@ZONE
//	kibana:es-cn-1:sg-1                      remove, add a security group of the private Kibana
//	yml:es-cn-1:http.cors.enabled            remove a key of elasticsearch.yml (set: es-cn-1.esConfig.KEY=value)
//
// (CONTRACT 6; the forms from dnat on are additions.)
//
// # What it assumes
//
// The flat list of a cluster mirrors its group "default": an edit of that group
// changes both.
//
// # Limits
//
// Nothing is sent anywhere, and nothing is checked that only the vendor knows:
// whether a value is allowed, or whether the change needs a restart.
package change
