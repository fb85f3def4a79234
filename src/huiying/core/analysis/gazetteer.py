"""Names of places everybody knows: Chinese provinces and prefectures, countries and large cities in both languages.

Public facts, written down here; a name outside these lists is found by its ending.
"""

from __future__ import annotations

_PROVINCES = """
北京 天津 上海 重庆 河北 山西 内蒙古 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 广西 海南 四川 贵州 云南
西藏 陕西 甘肃 青海 宁夏 新疆 香港 澳门 台湾
"""
_PREFECTURES = """
石家庄 唐山 秦皇岛 邯郸 邢台 保定 张家口 承德 沧州 廊坊 衡水 太原 大同 阳泉 长治 晋城 朔州 晋中 运城 忻州 临汾 吕梁 呼和浩特 包头
乌海 赤峰 通辽 鄂尔多斯 呼伦贝尔 巴彦淖尔 乌兰察布 锡林郭勒 阿拉善 沈阳 大连 鞍山 抚顺 本溪 丹东 锦州 营口 阜新 辽阳 盘锦 铁岭
葫芦岛 长春 四平 辽源 通化 白山 松原 白城 延边 哈尔滨 齐齐哈尔 鸡西 鹤岗 双鸭山 大庆 佳木斯 七台河 牡丹江 黑河 绥化 大兴安岭 南京
无锡 徐州 常州 苏州 南通 连云港 淮安 盐城 扬州 镇江 泰州 宿迁 杭州 宁波 温州 嘉兴 湖州 绍兴 金华 衢州 舟山 台州 丽水 合肥 芜湖 蚌埠
淮南 马鞍山 淮北 铜陵 安庆 黄山 滁州 阜阳 宿州 六安 亳州 池州 宣城 福州 厦门 莆田 三明 泉州 漳州 南平 龙岩 宁德 南昌 景德镇 萍乡
九江 新余 鹰潭 赣州 吉安 宜春 抚州 上饶 济南 青岛 淄博 枣庄 东营 烟台 潍坊 济宁 泰安 威海 日照 临沂 德州 聊城 滨州 菏泽 郑州 开封
洛阳 平顶山 安阳 鹤壁 新乡 焦作 濮阳 许昌 漯河 三门峡 南阳 商丘 信阳 周口 驻马店 济源 武汉 黄石 十堰 宜昌 襄阳 鄂州 荆门 孝感 荆州
黄冈 咸宁 随州 恩施 长沙 株洲 湘潭 衡阳 邵阳 岳阳 常德 张家界 益阳 郴州 永州 怀化 娄底 湘西 广州 韶关 深圳 珠海 汕头 佛山 江门 湛江
茂名 肇庆 惠州 梅州 汕尾 河源 阳江 清远 东莞 中山 潮州 揭阳 云浮 南宁 柳州 桂林 梧州 北海 防城港 钦州 贵港 玉林 百色 贺州 河池 来宾
崇左 海口 三亚 三沙 儋州 成都 自贡 攀枝花 泸州 德阳 绵阳 广元 遂宁 内江 乐山 南充 眉山 宜宾 广安 达州 雅安 巴中 资阳 阿坝 甘孜 凉山
贵阳 六盘水 遵义 安顺 毕节 铜仁 昆明 曲靖 玉溪 保山 昭通 丽江 普洱 临沧 楚雄 红河 文山 西双版纳 大理 德宏 怒江 迪庆 拉萨 日喀则 昌都
林芝 山南 那曲 阿里 西安 铜川 宝鸡 咸阳 渭南 延安 汉中 榆林 安康 商洛 兰州 嘉峪关 金昌 白银 天水 武威 张掖 平凉 酒泉 庆阳 定西 陇南
临夏 甘南 西宁 海东 海北 黄南 果洛 玉树 海西 银川 石嘴山 吴忠 固原 中卫 乌鲁木齐 克拉玛依 吐鲁番 哈密 昌吉 博尔塔拉 巴音郭楞 阿克苏
克孜勒苏 喀什 和田 伊犁 塔城 阿勒泰 石河子 台北 高雄 台中 台南 新北 桃园 基隆 新竹 嘉义
"""
#: Names that are also everyday words: alone they are not a place, with their ending they are.
_EVERYDAY = """
中山 朝阳 海西 海东 海北 黄南 通化 白山 长治 大同 阳泉 三明 南平 来宾 资阳 内江 阿里 哈密 和田 固原 保山 红河 文山 乐山 广安 巴中
海南 平凉 白银 天水 中卫 东营 日照 临夏 新余 吉安 安康 山南 泰安 德州 桃园 基隆
"""

_COUNTRIES_ZH = """
美国 英国 法国 德国 俄罗斯 乌克兰 日本 韩国 朝鲜 印度 印尼 越南 泰国 缅甸 老挝 柬埔寨 马来西亚 新加坡 菲律宾 澳大利亚 新西兰 加拿大
墨西哥 巴西 阿根廷 智利 秘鲁 西班牙 葡萄牙 意大利 希腊 土耳其 伊朗 伊拉克 以色列 巴勒斯坦 叙利亚 沙特 埃及 南非 尼日利亚 肯尼亚
巴基斯坦 孟加拉国 尼泊尔 斯里兰卡 哈萨克斯坦 蒙古国 波兰 荷兰 比利时 瑞典 挪威 芬兰 丹麦 瑞士 奥地利 匈牙利 东京 大阪 首尔 纽约
洛杉矶 旧金山 华盛顿 伦敦 巴黎 柏林 莫斯科 基辅 悉尼 墨尔本 多伦多 温哥华 曼谷 新德里 孟买 迪拜
"""
_PLACES_EN = """
China|Beijing|Shanghai|Tianjin|Chongqing|Hong Kong|Macau|Taiwan|Taipei|Guangdong|Guangzhou|Shenzhen|Zhejiang|Hangzhou|Jiangsu
Nanjing|Suzhou|Sichuan|Chengdu|Hubei|Wuhan|Henan|Zhengzhou|Hunan|Changsha|Shandong|Jinan|Qingdao|Fujian|Xiamen|Xinjiang|Urumqi|Tibet
Lhasa|Yunnan|Kunming|Shaanxi|Xi'an|Liaoning|Shenyang|Dalian|Heilongjiang|Harbin|Hainan|Guizhou|Guangxi|Gansu|Inner Mongolia|Japan
Tokyo|Osaka|South Korea|North Korea|Seoul|India|Delhi|New Delhi|Mumbai|Pakistan|Karachi|Bangladesh|Dhaka|Nepal|Kathmandu|Sri Lanka
Indonesia|Jakarta|Malaysia|Kuala Lumpur|Singapore|Thailand|Bangkok|Vietnam|Hanoi|Philippines|Manila|Myanmar|Cambodia|Australia
Sydney|Melbourne|Brisbane|Queensland|New Zealand|Auckland|United States|America|New York|New York City|Los Angeles|San Francisco
Chicago|Boston|Houston|Texas|California|Florida|Colorado|Oklahoma|Missouri|Ferguson|St. Louis|Washington|Seattle|Philadelphia
Detroit|Baltimore|Canada|Ottawa|Toronto|Montreal|Vancouver|Alberta|Calgary|Quebec|Mexico|Mexico City|Guatemala|Costa Rica|Colombia
Venezuela|Brazil|Rio de Janeiro|Sao Paulo|Argentina|Buenos Aires|Chile|Peru|Lima|United Kingdom|Britain|England|Scotland|Glasgow
Edinburgh|Wales|Ireland|Dublin|London|Manchester|Birmingham|Liverpool|France|Paris|Germany|Berlin|Munich|Hamburg|Cologne|Düsseldorf
Italy|Rome|Milan|Spain|Madrid|Barcelona|Portugal|Lisbon|Netherlands|Amsterdam|Belgium|Brussels|Switzerland|Zurich|Geneva|Austria
Vienna|Poland|Warsaw|Hungary|Budapest|Greece|Athens|Turkey|Istanbul|Ankara|Ukraine|Kyiv|Kiev|Crimea|Donetsk|Russia|Moscow|Syria
Damascus|Aleppo|Iraq|Baghdad|Mosul|Iran|Tehran|Israel|Jerusalem|Tel Aviv|Gaza|Lebanon|Beirut|Saudi Arabia|Qatar|Doha|Dubai|Egypt
Cairo|Libya|Tunisia|Morocco|Nigeria|Lagos|Kenya|Nairobi|South Africa|Cape Town|Johannesburg|Ethiopia|Ghana|Liberia|Sierra Leone
Guinea|Sweden|Stockholm|Norway|Oslo|Denmark|Copenhagen|Finland|Helsinki|Iceland
"""

#: Names that are a place wherever they stand.
PLACES_ZH = tuple(
    sorted(
        {*_PROVINCES.split(), *_PREFECTURES.split(), *_COUNTRIES_ZH.split()} - set(_EVERYDAY.split()), key=lambda name: (-len(name), name)
    )
)
#: Every known name, to read what stands before an ending.
STEMS_ZH = frozenset({*_PROVINCES.split(), *_PREFECTURES.split(), *_COUNTRIES_ZH.split()})
PLACES_EN = tuple(
    sorted((name for line in _PLACES_EN.strip().splitlines() for name in line.split("|")), key=lambda name: (-len(name), name))
)

_CITIES_BOTH = """
中国 China 北京 Beijing 上海 Shanghai 天津 Tianjin 重庆 Chongqing 香港 Hong_Kong 澳门 Macau 台湾 Taiwan 台北 Taipei 广东 Guangdong
广州 Guangzhou 深圳 Shenzhen 浙江 Zhejiang 杭州 Hangzhou 江苏 Jiangsu 南京 Nanjing 苏州 Suzhou 四川 Sichuan 成都 Chengdu 湖北 Hubei
武汉 Wuhan 河南 Henan 郑州 Zhengzhou 湖南 Hunan 长沙 Changsha 山东 Shandong 济南 Jinan 青岛 Qingdao 福建 Fujian 厦门 Xiamen 新疆 Xinjiang
乌鲁木齐 Urumqi 西藏 Tibet 拉萨 Lhasa 云南 Yunnan 昆明 Kunming 西安 Xi'an 陕西 Shaanxi 辽宁 Liaoning 沈阳 Shenyang 大连 Dalian
黑龙江 Heilongjiang 哈尔滨 Harbin 海南 Hainan 贵州 Guizhou 广西 Guangxi 甘肃 Gansu 内蒙古 Inner_Mongolia 日本 Japan 东京 Tokyo 大阪 Osaka
韩国 South_Korea 朝鲜 North_Korea 首尔 Seoul 印度 India 新德里 New_Delhi 孟买 Mumbai 巴基斯坦 Pakistan 尼泊尔 Nepal 斯里兰卡 Sri_Lanka
印尼 Indonesia 马来西亚 Malaysia 新加坡 Singapore 泰国 Thailand 曼谷 Bangkok 越南 Vietnam 菲律宾 Philippines 缅甸 Myanmar 柬埔寨 Cambodia
澳大利亚 Australia 悉尼 Sydney 墨尔本 Melbourne 新西兰 New_Zealand 美国 United_States 纽约 New_York 洛杉矶 Los_Angeles
旧金山 San_Francisco 华盛顿 Washington 加拿大 Canada 多伦多 Toronto 温哥华 Vancouver 墨西哥 Mexico 巴西 Brazil 阿根廷 Argentina 智利 Chile
秘鲁 Peru 英国 United_Kingdom 伦敦 London 法国 France 巴黎 Paris 德国 Germany 柏林 Berlin 意大利 Italy 西班牙 Spain 葡萄牙 Portugal
荷兰 Netherlands 比利时 Belgium 瑞士 Switzerland 奥地利 Austria 波兰 Poland 匈牙利 Hungary 希腊 Greece 土耳其 Turkey 乌克兰 Ukraine
基辅 Kyiv 俄罗斯 Russia 莫斯科 Moscow 叙利亚 Syria 伊拉克 Iraq 伊朗 Iran 以色列 Israel 沙特 Saudi_Arabia 迪拜 Dubai 埃及 Egypt
尼日利亚 Nigeria 肯尼亚 Kenya 南非 South_Africa 瑞典 Sweden 挪威 Norway 丹麦 Denmark 芬兰 Finland
"""
_BOTH = [name.replace("_", " ") for name in _CITIES_BOTH.split()]
#: What a place is called in English, of the places that both lists name.
CITIES_BOTH = dict(zip(_BOTH[::2], _BOTH[1::2], strict=True))
