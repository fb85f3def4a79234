"""Tell whether a sentence asks or demands something, what kind of answer it wants, and what it is about.

Patterns read the folded spelling (``sayings.folded``): half-width signs, lower case, Simplified.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from .sayings import is_han


class Kind(StrEnum):
    """What kind of answer is wanted."""

    WHEN = "when"
    WHERE = "where"
    WHO = "who"
    WHY = "why"
    HOW_MUCH = "how_much"
    HOW = "how"
    WHETHER = "whether"
    WHAT = "what"
    DEMAND = "demand"


class Tone(StrEnum):
    """How it is meant: for somebody to answer; as a reproach or to the reader; or in another's mouth."""

    OPEN = "open"
    RHETORICAL = "rhetorical"
    QUOTED = "quoted"


@dataclass(frozen=True, slots=True)
class Ask:
    """A question or a demand."""

    kind: Kind
    tone: Tone
    slots: tuple[str, ...]


#: What a sentence may be about; a slot brings together the same matter in different words.
SLOTS: dict[str, re.Pattern[str]] = {
    "time": re.compile(r"什么时候|啥时候|何时|几点|几时|多久|哪天|多长时间|几天|尽快|\bwhen\b|how long|how soon|what time"),
    "place": re.compile(
        r"哪里|哪儿|在哪|去哪|何处|什么地方|哪些(?:地方|区域|小区|路段|街道)|哪个(?:区|小区|路)|\bwhere\b|which (?:area|street|"
        r"district)|哪条路|绕行|走哪"
    ),
    "safety": re.compile(
        r"安全|喝了|能(?:不能|否)?(?:喝|吃|用|饮用)|可以(?:喝|吃)|敢喝|有毒|毒|有害|危险|致癌|健康|水质|合格|达标|超标|污染|\bsafe|"
        r"toxic|poison|harmful|danger|drink|contaminat"
    ),
    "compensation": re.compile(
        r"赔|补偿|退款|退费|退钱|退不退|能退|能不能退|退还|减免|买单|损失|refund|compensat|reimburs|pay for|damages"
    ),
    "cause": re.compile(
        r"原因|为什么|为啥|为何|怎么回事|咋回事|怎么会|造成|导致|引起|真相|查清|怎么(?:突然|又)|因为什么|\bwhy\b|\bcause|reason|"
        r"what happened|investigat"
    ),
    "responsible": re.compile(
        r"谁(?:来)?(?:负责|管|担责)|责任|追责|问责|负责|哪个部门|监管|严惩|responsib|accountab|in charge|to blame|resign"
    ),
    "supply": re.compile(
        r"恢复|来水|通水|供水|停水|通气|供气|停气|煤气.{0,6}通|没水|来电|通电|停电|没电|供电|供暖|修好|抢修|通车|重开|重新开|restor|"
        r"back on|repair|\bfix|reopen|"
        r"resume|outage"
    ),
    "relief": re.compile(
        r"送水|领.{0,3}水|打水|取水|供水点|桶装水|救援|安置|物资|支援|临时|bottled|shelter|supplies|evacuat|rescue|deliver"
    ),
    "harm": re.compile(
        r"死|伤亡|遇难|伤者|失踪|受伤|伤了|伤势|生病|中毒|住院|送医|病情|找到|\bdead\b|death|died|injur|killed|missing|hospitali|casualt"
    ),
    "information": re.compile(
        r"公布|公开|通报|回应|回复|答复|说法|解释|交代|交待|公示|名单|publish|\brelease|disclos|answer|explain|statement|respond|tell us"
    ),
    "school": re.compile(r"上课|上学|开学|停课|复课|放假|\bschools?\b|\bclass(?:es)?\b"),
    "doctor": re.compile(r"看病|就医|哪个医院|就诊|挂号|\bdoctor|which hospital|\bclinic"),
    "supplier": re.compile(r"供应商|供应的|哪家公司|哪里进的|进货|厂家|来源|supplier|which company|made by"),
    "apology": re.compile(r"道歉|认错|apolog"),
    "money": re.compile(r"涨价|涨了|又涨|收费|价格|多少钱|电价|水价|费用|\bprice|\bbill\b|\bfee\b|\bcost"),
}

#: Shortest sentence that asks something: "what?" alone asks nothing that could be answered (characters, its sign included).
LETTERS_LEAST = 4
#: Shortest clause that says what it asks about (characters).
FOCUS_LEAST = 6

_ANY = re.compile(
    r"[?吗嘛呢谁啥哪几咋求请盼欠]|什么|怎|如何|是否|何[时处以故人]|为何|多[少久大高远长]|[能可会]否|有无|凭什|了没|(.)[不没]\1|要求|"
    r"希望|呼吁|恳|建议|应[该当]"
    r"|必须|[赶尽抓]紧?[紧快]|麻烦|拜托|立[即刻]|马上|务必|一定要|[别要]再|给|我们?要|真相|出来|还我|严惩|追责|拒绝"
    r"|\b(?:when|where|who|why|how|what|any(?:one|body)?|please|pls|plz|must|should|needs?|demand\w*|deserve|want|call\w*|stop|"
    r"fix|publish|release|tell|give"
    r"|explain|investigate|refund|restore|time|petition|does|can|is|are|do|hold|resign|apologi[sz]e|show|clean|name)\b"
)
_KINDS_ZH: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        Kind.WHEN,
        re.compile(r"什么时候|啥时候?|何时|几点|几时|多久|多会儿|哪一?天|什么时间|多长时间|几号(?!楼|线|院|馆)|要等到什么|到什么时候"),
    ),
    (
        Kind.WHY,
        re.compile(
            r"为什么|为啥|为何|凭什么|凭啥|怎么会|怎么回事|咋回事|何以|什么原因|啥原因|原因(?:是什么|何在|呢)|怎么了|咋了|怎么(?:又|"
            r"还|就|没|不|这么|那么|突然)|何故|什么情况|啥情况"
        ),
    ),
    (
        Kind.WHERE,
        re.compile(r"哪里|哪儿|在哪|去哪|到哪|何处|什么地方|哪个(?:地方|区|小区|医院|路|县|市)|哪些(?:地方|区域|小区|路段|街道|地区)"),
    ),
    (Kind.WHO, re.compile(r"谁|哪个(?:部门|单位|公司|领导|人)|哪家|什么(?:人|部门|单位|公司)|何人|哪位")),
    (Kind.HOW_MUCH, re.compile(r"多少|几(?:个|人|次|度|台|家|成|块|名|例|辆|户|万)|多[大高远重](?=[?,]|$|的)|几(?:天|年|个月)")),
    (Kind.HOW, re.compile(r"怎么|如何|怎样|咋[办整弄用]|该咋")),
    (
        Kind.WHETHER,
        re.compile(
            r"是否|能否|可否|会否|有无|有没有|了没有?|([\u4e00-\u9fff])[不没]\1|可不可以|有木有|[吗嘛](?=\W*$)|"
            r"(?<![什怎那这多])么(?=\W*$)|没有?\?|还是.{1,12}\?"
        ),
    ),
    (Kind.WHAT, re.compile(r"什么|啥|哪[个些种类样款]|呢\W*$|几")),
)
_ENDS_ASKING = re.compile(r"\?[\s?!。.,~…”\"'』」)\]】\ufe0f\U0001f300-\U0001faff]*$")
_PARTICLE = re.compile(r"(?:吗|嘛(?=\?)|(?<![什怎那这多要])么(?=\?|$)|(?<=[?])呢)[\s?!。.~…,\U0001f300-\U0001faff]*$")
_CUE = re.compile(
    r"请问|想问|问一?下|问问|想知道|不知道?(?:什么|啥|何|谁|为|怎|咋|能|会|是|要|有|还|到底|究竟|哪|多)|求问|求解|求助|"
    r"谁知道(?=.{0,20}(?:什么|哪|怎|多|几|谁|吗|没有|是不是))|谁能|有人(?:知道|"
    r"能)|有谁|到底|究竟|咨询|好奇|倒是说|不知道?.{1,10}(?:什么时候|哪里|哪儿|谁能|能不能|有没有|会不会|多久|几点|多少钱)"
)
_STRONG = re.compile(
    r"有没有|能不能|会不会|可不可以|是不是|要不要|了没有?\W*$|什么时候(?:才?能|可以|会|来|恢复|有|开|结束|修|到|给)|啥时候|"
    r"几点(?:能|来|才|恢复)|怎么办\W*$|咋办|为什么(?!.{0,30}因为)|为啥|凭什么|"
    r"凭啥|什么时候\S{0,4}\W*$|([\u4e00-\u9fff])[不没]\1[\u4e00-\u9fff]{0,4}\W*$|谁(?:来负责|负责|来管|管管)|怎么回事|咋回事"
)
_INDEFINITE = re.compile(
    r"(?:无论|不管|不论|任何|随便|不在乎).{0,14}(?:什么|谁|怎么|如何|哪|多少|是否|能不能|是不是|有没有)"
    r"|(?:什么|谁|哪里|哪儿|哪个|怎么|啥|多少|几[点个]).{0,5}(?:都|也)(?!不知|没说|没给)|没有?什么|没啥|算不了?什么|什么的\W*$|"
    r"不怎么|没怎么|没多少|没几|没多久|不多久|不久|有什么.{0,6}就"
    r"|(?:告诉你|教你|一文|带你|看看|取决于|决定|揭秘|解读|知道了|明白了|介绍|讲述|说明|证明|研究|看懂|了解|学会|讨论|思考|"
    r"探讨)[^?]{0,10}(?:如何|怎么|怎样|为什么|是否|什么|有没有|是不是|哪些|多少)"
    r"|多少(?:年|次|人|个|遍)了|不(?:是不|能不|得不|会不)|什么时候.{1,12}什么时候|怎么.{1,10}就怎么|好不容易|说什么就|要什么有什么|"
    r"时不时|动不动|差不多|了不了"
)
_RHETORICAL_ZH = re.compile(
    r"难道|岂[不能有]|何必|何苦|何曾|何尝|(?<!是)不是吗|谁不|谁还|谁敢|谁信|有什么用|有啥用|有什么区别|还有(?:没有)?(?:王法|天理|"
    r"良心|底线|人性)|良心.{0,6}(?:痛|呢|安|过得去)|至于吗"
    r"|像话吗|好意思|要脸|脸呢|当.{0,8}(?:傻子?|瞎子?|猴|韭菜)|是人吗|有意思吗|[你谁]信[吗?]|谁给你|算什么|算哪|想什么呢|"
    r"早干[什嘛啥吗]|干(?:什么|啥|嘛)吃的|吃干饭|"
    r"不[就也]?是[^,。]{1,14}[吗嘛么]\W*$|能不.{1,5}吗"
    r"|不觉得|哪有.{1,12}[的啊呀?]|哪来的(?:脸|胆|勇气|底气)|怎么(?:能这|可以这|好意思|敢|忍心|下得去)|你(?:们)?(?:怎么看|觉得呢|"
    r"觉得怎么样|认为呢|喜欢|会选|心动|想去|还记得|最喜欢|get)|"
    r"你们?(?:最|看到|会唱|吃过|见过|听过|去过|准备好|拍到|还在|是否也|有没有过|经历过|回家|get)|哪一?[个款项](?:是)?你|"
    r"大家(?:怎么看|觉得|认为呢)|你们?怎么(?:看|想|评价)|知道吗\W*$|有没有(?:被|"
    r"人和我一样|同感|戳|一种)|是不是(?:很|超|傻|有病|疯)"
    r"|好不好(?:吃|看|玩|啊)?\W*$|对不对\W*$|厉不厉害|开不开心|惊不惊喜|不香吗|不好吗|谁懂|什么玩意|什么东西|什么世道|不会痛|"
    r"这合理吗|离谱吗|还要不要(?:人|脸)"
)
_QUOTED = re.compile(
    r"^[【〖]|[“\"「『《][^”\"」』》]{0,60}\?+[”\"」』》]|(?:记者|网友|有人|对方|客服|朋友|妈妈?|老师|他们?|她们?|孩子|女儿|儿子|"
    r"家人|邻居|爸爸?|奶奶|爷爷|医生|老板|司机|主持人|领导|同事|"
    r"我就?)(?:还|又|曾|就|来|都)?(?:问|追问|质问|反问|提问|询问)(?!题)"
    r"|(?:回应|回答|答记者|揭秘|解读|谈|科普)[^?]{0,24}\?|\bask(?:s|ed|ing)?(?: me| us| him| her| them)?[,:]? ?[\"“']|"
    r"\b(?:reporters?|he|she|"
    r"mother|father|mayor|judge|kid|son|daughter)s? (?:\w+ )?asks?(?:ed)?\b"
)
_ACTS_ZH = (
    r"(?:公布|公开|公示|解释|说明|说清|讲清|回应|回复|答复|处理|解决|调查|彻查|严查|查清|查明|查一?查|查处|恢复|抢修|维修|"
    r"修[好复理一]|道歉|赔偿|赔付|补偿|退[款费钱还货]|整改|整治|曝光|说法|交[代待]"
    r"|检测|化验|检查|通报|停止|停工|停产|关停|叫停|严惩|严办|重判|追[责究]|问责|负责|负起|担责|管管|管一?管|重视|介入|送水|供水|"
    r"供电|供暖|通水|通电|来水|来电|安排|改善|取消|加强|开放|救援|救救|派人|澄清|辟谣|"
    r"真相|拿出|撤[回销]|下架|召回|给个|还原|改进|优化|清理|清淤|抓|告知|通知|提供|落实|关注|帮帮|放|发工资|结清|兑现|减免|安装|"
    r"拆除|立案|判|退给|退我|派|撤离|疏散|转移|退房|交房|搬迁|追究|处分|开除|辞职|下台|取缔|吊销|保障|解封|放行|公道|通气|供气|打开|"
    r"补发|补种|把钱|通车|复课|复工|开门|隐瞒|真相)"
)
_DEMAND_ZH = re.compile(
    rf"(?:请(?!问|教)|恳[请求]|要求|希望|呼吁|求求?|盼|建议|应[该当]|必须|赶[紧快]|尽快|尽早|抓紧|麻烦|拜托|立[即刻]|马上|务必|"
    rf"一定要|我们?要|(?<![不用])需要|早日|快点|"
    rf"能给)[^?。!]{{0,22}}{_ACTS_ZH}"
    r"|给(?:个|我们?|大家|老?百姓|公众|家长|业主|消费者|市民|居民|用户|死者|受害者|一个).{0,10}(?:说法|交[代待]|解释|答复|道歉|回应|"
    r"结果|答案|公道)|还(?:我们?|业主|家长|市民|村民|消费者|大家|孩子|百姓|死者|他们?|"
    r"她们?).{0,6}(?:钱|公道|真相|清白|蓝天|干净|血汗|一个|水)|欠.{0,12}(?:道歉|解释|说法|交代)|(?:别|不要|不能)再(?:拖|瞒|隐瞒|推|"
    r"踢|装|骗|忽悠|敷衍|沉默|糊弄)|^(?:彻查|严查|严惩|追责|"
    r"道歉|退钱|退款|赔钱|还钱|重判)(?!后|了)|坚决要求|严惩(?:凶手|不贷)|管管吧|管一管吧|出来(?:回应|道歉|解释|认错|说句话|走两步|给)"
)
_NO_DEMAND_ZH = re.compile(
    r"(?:敬|还)?请(?:大家|各位|广大|市民|注意|勿|不要(?!再)|转|放心|收藏|查收|扫码|点击|戳|看|欣赏|多多|相信|相互|朋友|记住|提前|"
    r"及时|合理|绕行|携带|佩戴|做好|关注(?:我|本|公众|@|官)|假|客|你吃|叫我|"
    r"允许|旅客|考生|家长们?(?:做|注意|放心))|敬请|希望(?:大家|你|我能|自己|人没事|平安|逝者|早日康复|能帮到|这[个次]?世界)|"
    r"(?<![要请恳])求(?:关注|转发?|粉|赞|抱抱|互|婚|职|学|生|知|雨|职者)"
    r"|(?:局|部|委|厅|政府|公司|集团|法院|警方|公安|领导|总理|书记|市长|省长|会议|部门|官方|专家|医生|通知|办法|规定|条例|法规|方案|"
    r"教练|球队|主席)[^,。!?]{0,10}(?:要求|呼吁|希望|建议|强调|提醒|倡议|"
    r"表示|指出|将|(?<![回响供反相])应|请)|需要(?:我|你|大家)|应该是|应该会|应该已|建议(?:大家|收藏|市民|你)|我要(?:去|吃|睡|看|回|抓紧)"
)
_STARTS_EN = re.compile(
    r"^(?:so |and |but |hey |ok |also |@user |[^\w]{0,4})*(?:when (?:will|is|are|do|does|can)|why (?:is|are|was|were|has|have|did|"
    r"do|does|isn't|hasn't|won't|aren't|no|not|can't|didn't)|who(?:'s| is| will| do| did| pays| are| was)"
    r"|how (?:long|many|much|soon|do|does|did|can|could|is|are|will|come)|what(?:'s| is| are| was| happened| about| caused| "
    r"should|ever happened)|where(?:'s| is| are| can| do| did)|is (?:it|there|this|the|anyone|anybody|my|our)|(?:is|are) \w+ "
    r"(?:still |now |even |already )?(?:open|closed|running|safe|back|working|affected|ok|okay|true|available)|are (?:we|they|you|"
    r"there|the)"
    r"|can (?:we|you|i|they|some|any)|could (?:we|you|some|any)|will (?:we|they|you|there|the|some|any)|do(?:es)? (?:we|they|you|"
    r"any\w*|the|some\w*)|did (?:they|any|the)|any(?:one|body)? (?:know|news|update|word|idea|else|heard|have)|any (?:news|update|"
    r"word|idea)|has any|have (?:they|you|any))\b"
)
_CUE_EN = re.compile(
    r"\b(?:wonder(?:ing)?|want to know|would like to know|don'?t know|no idea|can (?:anyone|somebody|someone) tell|tell (?:us|"
    r"me)) (?:if|when|why|how|what|who|where|whether)\b"
)
_KINDS_EN: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (Kind.WHEN, re.compile(r"\bwhen\b|how (?:long|soon)|what time|until when|which day")),
    (
        Kind.WHY,
        re.compile(
            r"\bwhy\b|how come|what caused|what'?s (?:causing|the (?:cause|reason))|what happened|what(?:'s| is) going on|the reason"
        ),
    ),
    (Kind.WHERE, re.compile(r"\bwhere\b|which (?:area|street|district|part|town)s?")),
    (Kind.WHO, re.compile(r"\bwho(?:se|m|'s)?\b|which (?:agency|department|company|ministry)")),
    (Kind.HOW_MUCH, re.compile(r"how (?:much|many|high|bad|big|far|often)")),
    (Kind.HOW, re.compile(r"\bhow\b")),
    (Kind.WHAT, re.compile(r"\bwhat|which\b")),
)
_RHETORICAL_EN = re.compile(
    r"who cares|who knew|are (?:you|they|we) (?:kidding|serious|joking|stupid|insane|blind|for real|fucking)|^(?:really|seriously|"
    r"huh|right|what|lol|ok)\W*$|(?:really|seriously|right|huh|eh|no|yes|ok|okay)\?+$|is this a joke|what(?:'s| is) wrong with "
    r"(?:you|these|people|this)|how dare"
    r"|(?:isn'?t|aren'?t|wasn'?t|won'?t|don'?t|doesn'?t|didn'?t) (?:it|they|you|we|he|she|that)\?|wtf|what the (?:hell|fuck|heck)|"
    r"why (?:even )?bother|what (?:could|can) (?:possibly )?go wrong|what else is new|do(?:n'?t)? you (?:think|agree|know)|what "
    r"do you think|your thoughts|thoughts\?|guess wh|did you know"
    r"|need i say|who would have|how many more|how (?:stupid|hard|difficult|low) (?:is|can|do|are)|since when|where(?:'s| is| "
    r"are) (?:the|your|their) (?:outrage|shame|humanity|decency|conscience)|have (?:they|you) no shame|why am i not surprised|"
    r"sound familiar|remember (?:when|this)|can you (?:believe|imagine)|who else|how is (?:this|that) (?:ok|okay|acceptable|legal|"
    r"even)|ever (?:wonder|heard)"
)
_ACTS_EN = (
    r"(?:publish|release|explain|tell|answer|respond|reply|fix|repair|restore|investigat|test|apologi[sz]|refund|compensat|pay|"
    r"stop|resign|inform|update|clean|clos|reopen|provide|deliver|send|warn|disclos|arrest|charg|"
    r"be held|hold|act\b|take action|do something|come clean|speak|say|show|give|turn|put|bring|make|account|replac|remov|recall|"
    r"ban\b|protect|improv|cancel|step down|be (?:fired|jailed|prosecuted|told|tested|published|compensated|fixed|replaced|"
    r"punished|closed|investigated))"
)
_DEMAND_EN = re.compile(
    rf"\b(?:please|pls|plz|kindly)\b.{{0,40}}\b{_ACTS_EN}|\b(?:we|i|residents|parents|people|families|victims|customers|tenants|"
    rf"the public|everyone|taxpayers)(?: all| just| really)? (?:want|need|demand|deserve|expect|insist|"
    rf"require)s?\b.{{0,40}}\b(?:answers?|justice|truth|apolog|refund|compensation|explanation|to know|clean|safe|water|results?|"
    rf"action|transparen|"
    rf"{_ACTS_EN}|investigation|inquiry|accountab|data|help)|\bdemand(?:s|ing)? (?:answers|justice|that|an?|the|to|action)\b|"
    rf"\b(?:must|should(?: have)?|needs? to|ought to|has to|have to|had better)\b.{{0,30}}\b{_ACTS_EN}|^(?:just |now |so |and |"
    rf"then |[^\w]{{0,4}})*(?:fix|publish|release|stop|tell us|give us|show us|explain|investigate|refund|restore|"
    r"test the|apologi[sz]e|resign|compensate|do something|name the|clean up|hold \w+ accountable|bring back|arrest|fire the|"
    r"answer (?:us|the)|replace)\b|\b(?:i|we|residents|parents|families|petition) (?:are |is |am )?call(?:s|ing)? (?:for|on)\b|"
    r"\bcalling (?:for|on) (?:an|the|a)\b|\bit'?s time (?:to|for|they|you)\b.{0,30}|\bsign (?:the|this) petition\b"
)
_NO_DEMAND_EN = re.compile(
    r"\b(?:please|pls|plz|kindly) (?:rt|retweet|share|follow|pray|donate|stay|be |read|vote|subscribe|like|keep|don'?t|do not|"
    r"avoid|note|remember|join|watch|listen|see|check|visit|call|contact|click|let us know|spread)|\b(?:police|officials?|"
    r"authorities|mayor|governor|ministry|council|government|president|minister|doctors?|experts?|spokes\w+|officers?) (?:\w+ "
    r")?(?:says?|said|urges?|urged|asks?|asked|calls?|called|wants?|warns?|warned|tells?|told)\b"
    r"|\b(?:i|you) (?:should|must|need to|have to|needed|want to|wanted) (?:be|go|get|say|make|give|stop|tell|see|send|pay|update|"
    r"watch|clean|show)|\bstop (?:by|it|crying|motion)\b|\bmust(?:-| )(?:see|read|have|watch|say)|\bi must\b|\bneeds? to know "
    r"about\b|\bshow (?:up|time)"
)


def ask_of(sentence: str) -> Ask | None:
    """Return what a folded sentence asks or demands, None where it does neither.

    >>> ask_of("到底什么时候能恢复供水?").kind, ask_of("请公布检测结果!").kind, ask_of("水是黄的。")
    (<Kind.WHEN: 'when'>, <Kind.DEMAND: 'demand'>, None)
    """
    if len(sentence) < LETTERS_LEAST or not _ANY.search(sentence):
        return None
    chinese = is_han(sentence)
    kind = (_question_zh if chinese else _question_en)(sentence)
    if kind is None:
        demands, refused = (_DEMAND_ZH, _NO_DEMAND_ZH) if chinese else (_DEMAND_EN, _NO_DEMAND_EN)
        if not demands.search(sentence) or refused.search(sentence):
            return None
        return Ask(Kind.DEMAND, Tone.OPEN, slots_of(sentence))
    rhetorical = (_RHETORICAL_ZH if chinese else _RHETORICAL_EN).search(sentence)
    tone = Tone.QUOTED if _QUOTED.search(sentence) else Tone.RHETORICAL if rhetorical else Tone.OPEN
    return Ask(kind, tone, slots_of(sentence))


def focus_of(sentence: str) -> str:
    """Return the end of a folded sentence that asks by itself: what leads up to a question is not the question.

    >>> focus_of("我家停水了,孩子在哭,什么时候恢复供水?")
    '什么时候恢复供水?'
    """
    clauses = sentence.split(",")
    for place in range(len(clauses) - 1, 0, -1):
        rest = ",".join(clauses[place:])
        if len(rest) >= FOCUS_LEAST and ask_of(rest) is not None:
            return rest
    return sentence


def slots_of(sentence: str) -> tuple[str, ...]:
    """Return what a folded sentence is about, in a fixed order."""
    return tuple(name for name, pattern in SLOTS.items() if pattern.search(sentence))


def _question_zh(sentence: str) -> Kind | None:
    marked = _ENDS_ASKING.search(sentence) is not None
    if marked:
        return next((kind for kind, pattern in _KINDS_ZH if pattern.search(sentence)), Kind.WHETHER)
    if _INDEFINITE.search(sentence):
        return None
    kind = next((kind for kind, pattern in _KINDS_ZH if pattern.search(sentence)), None)
    if kind is None:
        return None
    return kind if _PARTICLE.search(sentence) or _CUE.search(sentence) or _STRONG.search(sentence) else None


def _question_en(sentence: str) -> Kind | None:
    if not _ENDS_ASKING.search(sentence):
        plain_start = _STARTS_EN.search(sentence) and sentence.count(" ") <= 16 and "!" not in sentence
        if not plain_start and not _CUE_EN.search(sentence):
            return None
    elif not re.search(r"[a-z]{2}", sentence):
        return None
    return next((kind for kind, pattern in _KINDS_EN if pattern.search(sentence)), Kind.WHETHER)
