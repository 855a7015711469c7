package cloud

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Private endpoints: hosts that a machine in a VPC of one region reaches there
// without the Internet. The vendor's own command line has the same list
// (regional_vpc_endpoints of aliyun-openapi-meta, commit
// 2563691c22229a0b493606e11166b95896707095, metadatas/products.json). vpcpeer has
// none in it.

// vpcProxy are the hosts of products that have one for all regions.
func vpcProxy() map[string]string {
	return map[string]string{
		"cbn": "cen.vpc-proxy.aliyuncs.com", "ims": "ims.vpc-proxy.aliyuncs.com", "ram": "ram.vpc-proxy.aliyuncs.com",
		"resourcemanager": "resourcemanager.vpc-proxy.aliyuncs.com",
	}
}

// privateRegions are the regions in which a product has a private endpoint.
func privateRegions(product string) []string {
	return strings.Fields(map[string]string{
		"actiontrail": "ap-northeast-1 ap-northeast-2 ap-southeast-1 ap-southeast-3 ap-southeast-5 ap-southeast-7 cn-beijing " +
			"cn-chengdu cn-guangzhou cn-hangzhou cn-heyuan cn-hongkong cn-huhehaote cn-nanjing cn-north-2-gov-1 " +
			"cn-qingdao cn-shanghai cn-shanghai-finance-1 cn-shenzhen cn-wulanchabu cn-zhangjiakou eu-central-1 " +
			"eu-west-1 me-east-1 na-south-1 us-east-1 us-west-1",
		"alb": "ap-northeast-1 ap-northeast-2 ap-south-1 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-5 " +
			"ap-southeast-6 ap-southeast-7 cn-beijing cn-beijing-finance-1 cn-chengdu cn-fuzhou cn-guangzhou " +
			"cn-hangzhou cn-heyuan cn-heyuan-acdr-1 cn-hongkong cn-nanjing cn-qingdao cn-shanghai " +
			"cn-shanghai-finance-1 cn-shenzhen cn-shenzhen-finance-1 cn-wuhan-lr cn-wulanchabu cn-zhangjiakou " +
			"cn-zhengzhou-jva eu-central-1 eu-west-1 me-central-1 me-east-1 na-south-1 us-east-1 us-southeast-1 " +
			"us-west-1",
		"cbn": "ap-northeast-1 ap-south-1 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-5 ap-southeast-6 " +
			"cn-beijing cn-beijing-finance-1 cn-chengdu cn-guangzhou cn-hangzhou cn-heyuan cn-hongkong cn-huhehaote " +
			"cn-north-2-gov-1 cn-qingdao cn-shanghai cn-shanghai-finance-1 cn-shenzhen cn-shenzhen-finance-1 " +
			"cn-wulanchabu cn-zhangjiakou eu-central-1 eu-west-1 me-central-1 na-south-1 us-east-1 us-west-1",
		"ecs": "ap-northeast-1 ap-northeast-2 ap-south-1 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-5 " +
			"ap-southeast-6 ap-southeast-7 ap-southeast-8 cn-beijing cn-beijing-finance-1 cn-chengdu cn-fuzhou " +
			"cn-guangzhou cn-hangzhou cn-heyuan cn-heyuan-acdr-1 cn-hongkong cn-huhehaote cn-nanjing cn-north-2-gov-1 " +
			"cn-qingdao cn-shanghai cn-shanghai-finance-1 cn-shenzhen cn-shenzhen-finance-1 cn-wuhan-lr cn-wulanchabu " +
			"cn-zhangjiakou cn-zhengzhou-jva cn-zhongwei eu-central-1 eu-west-1 me-central-1 me-east-1 na-south-1 " +
			"us-east-1 us-southeast-1 us-west-1",
		"elasticsearch": "ap-northeast-1 ap-south-1 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-5 cn-beijing " +
			"cn-chengdu cn-guangzhou cn-hangzhou cn-hangzhou-finance cn-hongkong cn-north-2-gov-1 cn-qingdao " +
			"cn-shanghai cn-shanghai-finance-1 cn-shenzhen cn-wulanchabu cn-zhangjiakou eu-central-1 eu-west-1 " +
			"us-east-1 us-west-1",
		"ims": "cn-hangzhou",
		"nlb": "ap-northeast-1 ap-northeast-2 ap-south-1 ap-southeast-1 ap-southeast-3 ap-southeast-5 ap-southeast-6 " +
			"ap-southeast-7 cn-beijing cn-beijing-finance-1 cn-chengdu cn-fuzhou cn-guangzhou cn-hangzhou cn-heyuan " +
			"cn-heyuan-acdr-1 cn-hongkong cn-nanjing cn-qingdao cn-shanghai cn-shanghai-finance-1 cn-shenzhen " +
			"cn-shenzhen-finance-1 cn-wuhan-lr cn-wulanchabu cn-zhangjiakou cn-zhengzhou-jva eu-central-1 eu-west-1 " +
			"me-central-1 me-east-1 na-south-1 us-east-1 us-west-1",
		"privatelink": "ap-northeast-1 ap-northeast-2 ap-south-1 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-5 " +
			"ap-southeast-6 ap-southeast-7 cn-beijing cn-beijing-finance-1 cn-chengdu cn-fuzhou cn-guangzhou " +
			"cn-hangzhou cn-heyuan cn-heyuan-acdr-1 cn-hongkong cn-huhehaote cn-nanjing cn-north-2-gov-1 cn-qingdao " +
			"cn-shanghai cn-shanghai-finance-1 cn-shenzhen cn-shenzhen-finance-1 cn-wuhan-lr cn-wulanchabu " +
			"cn-zhangjiakou cn-zhengzhou-jva cn-zhongwei eu-central-1 eu-west-1 me-central-1 me-east-1 na-south-1 " +
			"us-east-1 us-southeast-1 us-west-1",
		"ram": "ap-northeast-1 ap-southeast-1 ap-southeast-3 ap-southeast-5 cn-beijing cn-chengdu cn-hangzhou cn-hongkong " +
			"cn-huhehaote cn-qingdao cn-shanghai cn-shanghai-finance-1 cn-shenzhen cn-shenzhen-finance-1 " +
			"cn-zhangjiakou eu-central-1 eu-west-1 us-east-1 us-west-1",
		"resourcemanager": "ap-northeast-1 ap-southeast-1 ap-southeast-3 ap-southeast-5 cn-beijing cn-chengdu cn-hangzhou cn-hongkong " +
			"cn-huhehaote cn-qingdao cn-shanghai cn-shanghai-finance-1 cn-shenzhen cn-shenzhen-finance-1 cn-wulanchabu " +
			"cn-zhangjiakou eu-central-1 eu-west-1 us-east-1 us-west-1",
		"slb": "ap-northeast-1 ap-northeast-2 ap-south-1 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-5 " +
			"ap-southeast-6 ap-southeast-7 cn-beijing cn-beijing-finance-1 cn-chengdu cn-fuzhou cn-guangzhou " +
			"cn-hangzhou cn-heyuan cn-heyuan-acdr-1 cn-hongkong cn-huhehaote cn-nanjing cn-qingdao cn-shanghai " +
			"cn-shanghai-finance-1 cn-shenzhen cn-shenzhen-finance-1 cn-wuhan-lr cn-wulanchabu cn-zhangjiakou " +
			"cn-zhengzhou-jva eu-central-1 eu-west-1 me-central-1 me-east-1 na-south-1 us-east-1 us-west-1",
		"sts": "ap-northeast-1 ap-northeast-2 ap-southeast-1 ap-southeast-3 ap-southeast-5 ap-southeast-7 cn-beijing " +
			"cn-beijing-finance-1 cn-chengdu cn-fuzhou cn-guangzhou cn-hangzhou cn-heyuan cn-hongkong cn-huhehaote " +
			"cn-nanjing cn-qingdao cn-shanghai cn-shanghai-finance-1 cn-shenzhen cn-shenzhen-finance-1 cn-wuhan-lr " +
			"cn-wulanchabu cn-zhangjiakou eu-central-1 eu-west-1 me-central-1 me-east-1 na-south-1 us-east-1 us-west-1",
		"vpc": "ap-northeast-1 ap-northeast-2 ap-south-1 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-5 " +
			"ap-southeast-6 ap-southeast-7 cn-beijing cn-beijing-finance-1 cn-chengdu cn-fuzhou cn-guangzhou " +
			"cn-hangzhou cn-heyuan cn-heyuan-acdr-1 cn-hongkong cn-huhehaote cn-nanjing cn-qingdao cn-shanghai " +
			"cn-shanghai-finance-1 cn-shenzhen cn-shenzhen-finance-1 cn-wuhan-lr cn-wulanchabu cn-zhangjiakou " +
			"cn-zhengzhou-jva eu-central-1 eu-west-1 me-central-1 me-east-1 na-south-1 us-east-1 us-west-1",
	}[product])
}

// private returns where a product is for machines in a VPC of a region; "": only
// its public endpoint is known.
func private(product, region string) string {
	if !slices.Contains(privateRegions(product), region) {
		return ""
	}
	if host := vpcProxy()[product]; host != "" {
		return host
	}
	return product + "-vpc." + region + ".aliyuncs.com"
}

// seenFrom returns the products as a machine in a VPC of a region reaches them:
// those of that region and those for all regions at their private endpoints, as
// far as they have any. The private endpoints of other regions cannot be reached
// from there. region "": the machine is anywhere.
func seenFrom(region string) (map[string]product, error) {
	byKey := products()
	if region == "" {
		return byKey, nil
	}
	known := privateRegions("ecs") // the longest list
	if !slices.Contains(known, region) {
		return nil, fmt.Errorf("use private endpoints: none is known in region %q; there are some in %s", region, strings.Join(known, ", "))
	}
	for key, p := range byKey {
		switch host := private(key, region); {
		case host == "":
		case p.central != "":
			p.central = host
		default:
			p.elsewhere = maps.Clone(p.elsewhere)
			if p.elsewhere == nil {
				p.elsewhere = map[string]string{}
			}
			p.elsewhere[region] = host
		}
		byKey[key] = p
	}
	return byKey, nil
}

// Host returns the host at which a product is asked in a region, and the private
// endpoint that a machine in a VPC of that region can reach it at; "" when none
// is known. An error says that there is no such product or region.
func (c *Cloud) Host(product, region string) (host, inside string, err error) {
	p, ok := c.products[product]
	if !ok {
		return "", "", fmt.Errorf("%q is no product that esaudit reads", product)
	}
	host, _, err = p.host(region)
	return host, private(product, region), err
}
