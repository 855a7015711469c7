package tui

// Chinese is the catalogue of Chinese texts.
func Chinese() *Texts {
	return &Texts{
		Clusters: "集群", Findings: "发现", Ask: "提问", Gaps: "缺口", Changes: "变化", Map: "地图", Fix: "修复",
		AsOf: "截至 %s", ToAct: "%d 项待处理", Critical: "%d 项严重", SumUnknown: "%d 项未知", Nothing: "无待处理项", Partial: "不完整",
		Position: "第 %d 项,共 %d 项", Filtered: `筛选 "%s"`, AskedOf: "可达性:已查 %d 个,共 %d 个",

		Opening: "请稍候", Reading: "正在读取", Judging: "正在判定 %d 个集群", Comparing: "正在比较",
		Working: "请稍候", NoMatch: "没有符合筛选条件的内容。", NoClusters: "没有集群。", NoAccounts: "其中没有任何账号:什么都没有读到。",
		NoClustersRead: "没有读到任何集群,但这不表示没有集群:“缺口”列出了未读到的内容。",
		NotJudged:      "正在应用规则", JudgingShort: "判定中", NobodyYet: "无人可以访问;正在应用规则。",
		NobodyAtAll: "无人可以访问,也没有任何发现。", NoFindings: "没有规则给出成立的发现。",

		ColCluster: "集群", ColInternet: "互联网", ColVPCs: "VPC", ColHosts: "主机", ColConfig: "可配置", ColFindings: "发现",
		Everybody: "所有人", EverybodyV4: "全部 IPv4", EverybodyV6: "全部 IPv6",
		Addresses: "%s 个地址", Networks: "%d 个网段", Address: "1 个地址", Perhaps: "未知", None: "无",

		ByConfig: "通过配置:谁能够开放它", RulesSay: "规则的结论", NobodyGetsIn: "无人",
		Internet: "互联网", Balancer: "负载均衡", NAT: "DNAT", Proxy: "代理", OnPrem: "本地网络", Host: "主机", VPC: "VPC",
		At: "端口 %d", GetsIn: "可进入", MayGetIn: "未知", CanOpen: "可开放", MayOpen: "未知",

		Path: "路径", Reachable: "可达", Blocked: "不可达", UnknownVerdict: "未知",
		Through: "经由 %s(%s)", Tried: "共尝试 %d 条路径", OneOf: "以 %s 为例,代表%s", Folded: "另有 %d 项",
		Kinds:  [10]string{"公网端点", "同一 VPC 内", "VPC 对等连接", "云企业网", "负载均衡", "DNAT 条目", "声明的代理", "本地网络", "私有连接", "集群 VPC 内的主机"},
		Passes: "放行", Blocks: "阻断", Unsure: "不确定", Line: "快照第 %d 行", Settles: "读到以下内容即可判定", NeedsAction: "需要 %s",

		Latent: "潜在", Unknown: "未知", Waived: "已豁免", Pass: "通过", NA: "不适用",
		SeverityWords: [6]string{"无", "提示", "低", "中", "高", "严重"},
		StatusWords:   [6]string{"成立", "失败", "潜在", "未知", "已豁免", "全部"},
		AndWorse:      "%s及以上", GroupOf: "(%d)", WaivedBecause: "已豁免:%s", Undecided: "无法判定:%s。",
		Evidence: "取值", Do: "处理办法", Why: "为何重要", Missing: "缺失",

		AskTitle: "A 能否到达 B?", From: "来源", To: "目标", Answered: "回答",
		FromHint: "internet:IP、ecs:ID、vpc:VPC/IP、onprem:NAME、es:ID", ToHint: "es:ID:PORT、kibana:ID:PORT、lb:ID:PORT、HOST:PORT",

		Complete: "所需内容全部已读到。", GapDenied: "%d 次被拒绝", GapFailed: "%d 次失败", GapSkipped: "%d 次跳过",
		GapAbsent: "从未调用", GapNeeds: "需要 %s", GapUnknown: "取决于它的发现:%d 项",

		NoBaseline: "没有可比较的对象:启动时加 --baseline FILE,可以是报告或快照。", NoChange: "与 %s 没有差异。",
		FindingsOnly: "仅发现", NoFindingChange: "与报告 %s 相比,发现没有差异;可达性和设置未作比较。以较早的快照作为 --baseline 即可比较。",
		ChangeWords: [7]string{"新增可达", "不再可达", "不再明确", "新发现", "有变化的发现", "已消失的发现", "设置"},
		Before:      "%s,现为 %s",

		MarkedOf: "已标记 %d 项,共 %d 项", WaysIn: "可进入途径 -%d +%d", FindingsGo: "发现 -%d +%d", TooMany: "已标记 %d 项,一次最多执行 %d 项:请取消部分标记(space、x)",
		Planning: "正在制定修复计划(esc 停止)", Foreseeing: "正在查看已标记操作的结果(esc 停止)", NoPlan: "没有计划:%s。按 p 重新制定。", Blind: "尚不知道会有何变化:%s。按 p 重新查看。",
		AtFindings: "发现:%d/%d", AtClusters: "可进入途径:%d/%d 个集群", AtEditing: "修复后的账号", AtJudging: "规则对它的结论", AtComparing: "差异",
		Actions: "操作", WouldChange: "已标记的操作将带来的变化", ByHand: "需手工处理", LeftOut: "未列入计划",
		NothingMarked: "没有标记任何操作:不会有变化。", NothingChanges: "可达性和发现都不会变化。",
		CutsOff: "会切断 %s", RestartsAll: "会重启 %s", RestartsIt: "会重启集群", NewAddresses: "节点地址会改变", NotUndoable: "无法撤销",
		Costs: "费用:%s", WritePlanTo: "将计划写入", PlanWritten: "已写入 %s;下一步(按 y 复制):%s",
		NotLive:     "快照不能直接执行:先按 w 写出计划,再运行:%s",
		NotForeseen: "尚不知道会有何变化:请等待结果后再执行",
		Corrects:    "原因", ValueBefore: "当前值", ValueAfter: "将变为", TheCall: "调用", NoCall: "发送时由实时值生成",
		NoValue: "无", KeptNowhere: "不保存,仅比较摘要", Undo: "撤销方式", UndoneBy: "反向调用,并做同样的检查",
		Applying: "执行", Checking: "正在确认凭证所属账号并逐一比较取值;此步骤不做任何更改。",
		Account: "账号 %s", AsWhom: "身份 %s", TypeAccount: "输入 %s:",
		HowToConfirm: "按 enter,然后输入 %s 并再按 enter,即更改该账号。写入前会再次比较每个取值。",
		HowToStop:    "按 esc 在当前步骤完成后停止;日志记录已完成的操作。", NotConfirmed: "未确认:没有更改任何内容", Stopping: "正在停止",
		NothingYet: "尚未更改任何内容", UnderWay: "正在更改账号", Steps: "步骤",
		Verified: "已验证", VerifiedAs: "应可进入者均可进入,且无其他人可进入。", NotVerified: "已停止:未验证", NothingDone: "没有更改任何内容",
		JournalIn: "日志:%s", GoOn: "继续执行:", TakeBack: "撤销:", AuditAgain: "屏幕显示的是更改前的账号;按 r 重新审计。",
		Changing: "正在更改账号:请等待完成,或先停止",

		Copied: "已复制:%s", ExportTo: "导出到", Exported: "已写入 %s", WaiveReason: "为何豁免 %s(%s)?",
		WaivedIn: "豁免已写入 %s;按 r 重新审计后生效", WaiveNot: "没有理由,不予豁免", ReplaceWith: "替换为", StandsIn: "%s 中已有对它的豁免:%s",
		Auditing: "正在重新审计", Audited: "已重新审计", Cancelled: "已取消", Failed: "失败:%s", FilterBy: "筛选", NothingHere: "此键在这里没有作用",

		Keys: "按键", MouseName: "鼠标", KeyMove: "移动", KeyPage: "翻页", KeyEnds: "首项、末项", KeyIn: "打开", KeyBack: "返回", KeyNext: "下一视图",
		KeyFilter: "筛选", KeyHelp: "按键", KeyQuit: "退出", KeyCopy: "复制", KeyExport: "导出", KeyWaive: "豁免", KeyReload: "重新审计", KeyCancel: "取消",
		KeySeverity: "级别", KeyStatus: "状态", KeyRule: "仅此规则", KeyGroup: "分组", KeyAll: "全部控制", KeyAnswer: "输入",
		KeyDone: "完成", KeyChoose: "选择", KeyFocus: "沿线移动", KeyCluster: "其他集群", KeyMap: "地图",
		KeyFix: "修复", KeyMark: "标记", KeyMarkAll: "全选、全不选", KeyApply: "执行", KeyWritePlan: "写出计划", KeyPlan: "重新查看",
		KeyStop: "停止", KeyConfirm: "确认", KeyCopyUndo: "复制撤销命令", KeyLast: "上一视图", KeySuspend: "挂起",
		KeyMouse: "单击选择,再次单击打开;滚轮移动",
	}
}
