package cloud

import "strings"

// Regions whose products are not at PRODUCT.REGION.aliyuncs.com: the
// EndpointMap of the SDK's packages (v1.63.107).

func hosts(lists map[string]string) map[string]string {
	byRegion := map[string]string{}
	for host, regions := range lists {
		for _, r := range strings.Fields(regions) {
			byRegion[r] = host + ".aliyuncs.com"
		}
	}
	return byRegion
}

func actiontrailHosts() map[string]string {
	return hosts(map[string]string{
		"actiontrail": "cn-beijing-finance-1 cn-beijing-finance-pop cn-beijing-gov-1 cn-beijing-nu16-b01 cn-edge-1 cn-fujian " +
			"cn-haidian-cm12-c01 cn-hangzhou-bj-b01 cn-hangzhou-finance cn-hangzhou-internal-prod-1 " +
			"cn-hangzhou-internal-test-1 cn-hangzhou-internal-test-2 cn-hangzhou-internal-test-3 cn-hangzhou-test-306 " +
			"cn-hongkong-finance-pop cn-qingdao-nebula cn-shanghai-et15-b01 cn-shanghai-et2-b01 cn-shanghai-inner " +
			"cn-shanghai-internal-test-1 cn-shenzhen-finance-1 cn-shenzhen-inner cn-shenzhen-st4-d01 cn-shenzhen-su18-b01 " +
			"cn-wuhan cn-yushanfang cn-zhangbei-na61-b01 cn-zhangjiakou-na62-a01 cn-zhengzhou-nebula-1",
		"actiontrail.ap-northeast-1": "ap-northeast-2-pop eu-west-1-oxs rus-west-1-pop",
	})
}

func ecsHosts() map[string]string {
	return hosts(map[string]string{
		"ecs": "ap-northeast-2-pop cn-beijing-finance-pop cn-beijing-gov-1 cn-hangzhou-finance cn-hongkong-finance-pop " +
			"cn-north-2-gov-1 cn-shanghai-inner cn-shenzhen-inner cn-wuhan cn-yushanfang cn-zhangbei rus-west-1-pop",
		"ecs-cn-hangzhou": "cn-beijing-nu16-b01 cn-fujian cn-haidian-cm12-c01 cn-hangzhou cn-hangzhou-bj-b01 cn-hangzhou-internal-prod-1 " +
			"cn-hangzhou-internal-test-1 cn-hangzhou-internal-test-2 cn-hangzhou-internal-test-3 cn-hangzhou-test-306 " +
			"cn-shanghai-et15-b01 cn-shanghai-et2-b01 cn-shanghai-finance-1 cn-shanghai-internal-test-1 " +
			"cn-shenzhen-finance-1 cn-shenzhen-st4-d01 cn-shenzhen-su18-b01 cn-zhangbei-na61-b01",
		"ecs.cn-qingdao-nebula":      "cn-edge-1 cn-huhehaote-nebula-1 cn-zhengzhou-nebula-1",
		"ecs.cn-shenzhen-cloudstone": "eu-west-1-oxs",
		"ecs.cn-zhangjiakou":         "cn-zhangjiakou-na62-a01",
	})
}

func slbHosts() map[string]string {
	return hosts(map[string]string{
		"slb": "ap-northeast-2-pop ap-southeast-1 cn-beijing cn-beijing-finance-pop cn-beijing-gov-1 cn-beijing-nu16-b01 " +
			"cn-edge-1 cn-fujian cn-haidian-cm12-c01 cn-hangzhou cn-hangzhou-bj-b01 cn-hangzhou-finance " +
			"cn-hangzhou-internal-prod-1 cn-hangzhou-internal-test-1 cn-hangzhou-internal-test-2 " +
			"cn-hangzhou-internal-test-3 cn-hangzhou-test-306 cn-hongkong cn-hongkong-finance-pop cn-north-2-gov-1 " +
			"cn-qingdao cn-shanghai cn-shanghai-et15-b01 cn-shanghai-et2-b01 cn-shanghai-finance-1 cn-shanghai-inner " +
			"cn-shanghai-internal-test-1 cn-shenzhen cn-shenzhen-finance-1 cn-shenzhen-inner cn-shenzhen-st4-d01 " +
			"cn-shenzhen-su18-b01 cn-wuhan cn-yushanfang cn-zhangbei cn-zhangbei-na61-b01 cn-zhangjiakou-na62-a01 " +
			"cn-zhengzhou-nebula-1 eu-west-1-oxs rus-west-1-pop us-east-1 us-west-1",
		"slb-api.cn-qingdao-nebula": "cn-huhehaote-nebula-1",
	})
}

func vpcHosts() map[string]string {
	return hosts(map[string]string{
		"vpc": "ap-northeast-2-pop cn-beijing-finance-pop cn-beijing-gov-1 cn-beijing-nu16-b01 cn-fujian cn-haidian-cm12-c01 " +
			"cn-hangzhou cn-hangzhou-bj-b01 cn-hangzhou-finance cn-hangzhou-internal-prod-1 cn-hongkong-finance-pop " +
			"cn-north-2-gov-1 cn-shanghai-et2-b01 cn-shanghai-finance-1 cn-shanghai-inner cn-shenzhen-finance-1 " +
			"cn-shenzhen-inner cn-shenzhen-st4-d01 cn-shenzhen-su18-b01 cn-wuhan cn-yushanfang cn-zhangbei " +
			"cn-zhangbei-na61-b01 rus-west-1-pop",
		"vpc-inner-pre.cn-hangzhou":         "cn-hangzhou-internal-test-2",
		"vpc-nebula.cn-qingdao-nebula":      "cn-edge-1 cn-huhehaote-nebula-1 cn-qingdao-nebula cn-zhengzhou-nebula-1",
		"vpc-nebula.cn-shenzhen-cloudstone": "eu-west-1-oxs",
		"vpc-pre.cn-hangzhou": "cn-hangzhou-internal-test-1 cn-hangzhou-internal-test-3 cn-hangzhou-test-306 cn-shanghai-et15-b01 " +
			"cn-shanghai-internal-test-1",
		"vpc.cn-zhangjiakou": "cn-zhangjiakou-na62-a01",
	})
}
