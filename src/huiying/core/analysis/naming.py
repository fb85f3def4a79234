"""What names of places and organisations end with, what only looks like it, and what persons are called: plain lists."""

from __future__ import annotations

#: Endings of places and of organisations, the longer before the shorter that end them.
PLACE_ENDINGS = """
自治区 自治州 自治县 特别行政区 开发区 高新区 新区 街道 小区 社区 大道 大桥 隧道 高速 机场 火车站 地铁站 高铁站 车站 水库 公园 广场
省 市 县 区 镇 乡 村 路 街 桥 港 湖 河 江 山 岛 湾
"""
ORGANISATION_ENDINGS = """
自来水公司 自来水厂 管理委员会 管委会 委员会 居委会 村委会 业委会 研究所 研究院 幼儿园 人民政府 市政府 区政府 县政府 省政府 公安局
派出所 检察院 法院 医院 卫生院 学校 小学 中学 大学 学院 法庭 水务局 教育局 卫健委 发改委 应急管理局 环保局 住建局 交通局 城管局
消防救援支队 消防救援总队 消防救援大队 消防支队 消防总队 消防大队 水厂 电厂 化工厂 药厂 工厂 公司 集团 银行 电视台 报社 日报 晚报
研究中心 服务中心 疾控中心 中心 协会 基金会 总局 分局 局 厅 热线 物业
"""
#: ``ending:characters``: before one of these an ending is part of another word; 市长 is a person, 市场 a place of trade.
NOT_BEFORE = """
省:长钱略心去下得事委力会却 市:长场民值面委集价井售盈 县:长民委城太 区:长别域块间分委隔 镇:长定静压痛委民上 乡:长亲愁下音民村
村:长民支里委庄口子 路:上人过线程途边面口费由况障灯子牌网遇段演见 街:头上边坊道道拍舞 桥:梁头段上下面 港:口股元澳币府区星剧台真
湖:水面边南北人 河:水流道边南北里 江:湖水面边山苏西南北 山:上水东西区体路峰脚顶寨楂药 岛:上屿国民 湾:区 局:长面势部限里中 厅:长里堂
中心:思城化点区主 公司:的? 大学:生 中学:生 小学:生 集团:军 广场:舞 大道:理 高速:度公增运发路 银行:卡账 物业:费管公 街道:上边办
"""
#: Characters that never stand inside a name, and words that lead up to one.
STOPS = """
的 了 是 在 和 与 及 跟 到 从 去 来 被 把 对 向 给 让 我 你 他 她 它 这 那 都 也 就 还 又 很 不 没 有 说 看 听 想 要 会 能 可 以 为
因 所 但 而 或 者 于 等 啊 呢 吗 吧 么 什 怎 哪 谁 每 各 某 本 该 此 其 之 已 将 请 问 叫 做 当 过 着 得 地 个 些 几 多 少 今 明 昨
天 早 晚 上 下 午 里 外 前 后 找
"""
STOP_WORDS = """
位于 来自 前往 抵达 途经 发生 目前 记者 根据 联系 通过 全国 附近 整个 隔壁 我们 他们 投诉 举报 感谢 支持 关于 涉事 有关 相关 当地
附属 开往 住在 进入 离开 经过 属于 希望 要求 建议 发现 表示 走进 毕竟 随着 正在 带走 报告
"""
#: Words that end like a name and are none.
GENERIC = """
公司 集团 医院 学校 大学 中学 小学 幼儿园 银行 中心 小区 社区 街道 广场 公园 机场 车站 法院 派出所 公安局 物业 水厂 工厂 市区 县区
城区 郊区 山区 地区 灾区 景区 校区 园区 片区 辖区 评论区 专区 战区 时区 留言区 服务区 生活区 老区 各区 全市 全省 全县 全区 本市 我市
我省 该市 该区 省市 马路 道路 公路 铁路 线路 一路 半路 网路 思路 出路 走路 问路 让路 修路 大街 逛街 上街 农村 乡村 城市 超市 上市
股市 楼市 都市 夜市 菜市 城镇 乡镇 故乡 家乡 老乡 拆桥 天桥 立交桥 搭桥
出局 结局 邮局 大局 当局 布局 饭局 医学院 研究院 剧院 影院 电影院 法医院 住院 出院

入院 学院 客厅 餐厅 大厅 举办 主办 承办 怎么办 咋办 代办 督办 常委 省委 市委 县委 党委 政委 河山 火山 爬山 高山 下山 江山 登山 过河
河流 大江 海港 海湾 海岛 半岛 全村 大桥 高速 隧道 大道 热线 服务中心 委员会 检察院 水库 新区 开发区 火车站 地铁站 高铁站 自来水公司
自来水厂 物业公司 保险公司 分公司 子公司 母公司 总公司 市中心 互联网公司 科技公司 有限公司 股份公司 上市公司 药厂 电厂 居委会 村委会
业委会 管委会 市政府 区政府 县政府 省政府 人民政府 电视台 日报 晚报 总局 分局 一个小区 一家公司 人民医院 中医院 第一医院 妇幼保健院
附近小区 老旧小区 公立医院 民营医院 本地医院 二级公司 研究所 研究中心 公租房小区 一条路 同一个小区 平台公司 红十字会 协会 基金会
"""
#: Common surnames, characters that are usual in given names, and what follows a person's name.
SURNAMES = """
王 李 张 刘 陈 杨 黄 赵 吴 周 徐 孙 马 朱 胡 郭 何 高 林 罗 郑 梁 谢 宋 唐 许 韩 冯 邓 曹 彭 曾 肖 田 董 袁 潘 于 蒋 蔡 余 杜 叶 程
苏 魏 吕 丁 任 沈 姚 卢 姜 崔 钟 谭 陆 汪 范 金 石 廖 贾 夏 韦 付 方 白 邹 孟 熊 秦 邱 江 尹 薛 闫 段 雷 侯 龙 史 陶 黎 贺 顾 毛 郝
龚 邵 万 钱 严 覃 武 戴 莫 孔 向 汤
"""
GIVEN = """
伟 芳 娜 敏 静 丽 强 磊 军 洋 勇 艳 杰 娟 涛 明 超 秀 霞 平 刚 桂 英 华 建 国 文 辉 力 丹 萍 红 玲 玉 兰 梅 琳 雪 婷 慧 莹 倩 颖 洁
晶 欣 怡 佳 琪 雨 晨 宇 轩 浩 然 子 涵 梓 睿 博 俊 豪 鑫 鹏 飞 龙 波 斌 彬 峰 宁 凯 亮 健 康 凤 珍 琴 云 翠 香 月 莲 淑 惠 春 梦 瑶
思 嘉 诚 信 志 远 海 燕 青 松 柏 林 森 昊 泽 天 一 诺 可 心 语 馨 悦 萱 妍 雯 珊 莉 娇 媛 薇 蕾 菲 璐 瑞 祥 福 贵 荣 发 财 富 义 仁
德 庆 生 才 新 民 卫 东 爱 家 兴 旺 永 昌 顺 达 世 学 良 武 光 耀 宗 继 祖 三 四 五 六 美 冬 冰 利 君 和 喜 园 培 妮 婉 婧 安 少 岚
岩 川 巧 帆 希 帅 彤 彩 恒 恩 成 战 扬 承 振 捷 敬 方 旭 晓 晗 晖 智 曼 朝 权 栋 树 根 桐 楠 欢 正 毅 水 清 满 滨 潇 灵 炜 焕 熙 爽
玮 珂 琼 璇 甜 男 畅 盛 真 石 秋 竹 笑 素 纯 绍 维 群 翔 联 育 芝 芬 苗 若 茜 莎 菁 蓉 蓓 蔚 蕊 虎 行 言 谦 贝 贤 越 跃 迎 连 逸 邦
金 钊 钧 铁 铭 锋 锐 长 阳 雄 雅 霖 露 音 颜 风 骁 高 默 丰 友 吉 双 叶 南
"""
TITLES = """
先生 女士 小姐 同学 老师 教授 医生 师傅 总裁 董事长 经理 书记 局长 市长 县长 省长 院长 校长 主任 部长 说 表示 称 回应 被捕 被抓 落马
"""
FIRST_NAMES_EN = """
darren derek craig marc glenn trayvon eric tamir freddie dorian lesley claire ron
james john robert michael william david richard joseph thomas charles christopher daniel matthew anthony mark donald steven paul
andrew joshua kenneth kevin brian george edward ronald timothy jason jeffrey ryan jacob gary nicholas eric jonathan stephen larry
justin scott brandon benjamin samuel gregory frank alexander raymond patrick jack dennis jerry tyler aaron jose adam nathan henry
peter kyle walter ethan jeremy harold keith christian roger noah gerald carl terry sean austin arthur lawrence jesse dylan bryan joe
jordan billy bruce albert willie gabriel logan alan juan wayne roy ralph randy eugene vincent russell louis bobby philip johnny mary
patricia jennifer linda elizabeth barbara susan jessica sarah karen lisa nancy betty margaret sandra ashley kimberly emily donna
michelle carol amanda melissa deborah stephanie rebecca sharon laura cynthia dorothy amy kathleen angela shirley emma brenda pamela
nicole anna samantha katherine christine debra rachel carolyn janet maria heather diane olivia julie joyce virginia victoria kelly
lauren christina joan evelyn judith andrea hannah megan cheryl jacqueline martha gloria teresa ann sara madison frances kathryn
janice jean abigail alice julia judy sophia grace denise amber doris marilyn danielle beverly isabella theresa diana natalie
brittany charlotte marie kayla alexis lori wei li ming hong jun lei yan jing xiao mohammed muhammad ahmed ali hassan fatima omar
ivan vladimir sergei olga anna pierre jean hans carlos luis miguel jorge pedro
"""
