"""What dictionary 1 is trained on: labels, catalogue words and invented sentences.

Nothing here was said by a person. Places are made of syllables that many townships share; there are no names
of people, no numbers of phones or papers.
"""

TOWNSHIPS_ZH = [a + b for a in ("东湾", "西坡", "双桥", "宁安", "河清", "北山", "南滩", "新城", "永兴", "红泉", "六坝", "水源")
                for b in ("镇", "乡", "街道")]
TOWNSHIPS_EN = [a + " " + b for a in ("Dongwan", "Xipo", "Shuangqiao", "Ning'an", "Heqing", "Beishan",
                                      "Nantan", "Xincheng", "Yongxing", "Hongquan", "Liuba", "Shuiyuan")
                for b in ("Town", "Township", "Subdistrict")]

# Entry of the catalogue: (id, Chinese, English).
VIOLATIONS = [
    ("ban.canvassing", "严禁拉票贿选", "canvassing and vote-buying are forbidden"),
    ("ban.trading_posts", "严禁买官卖官", "buying and selling of posts is forbidden"),
    ("ban.lobbying", "严禁跑官要官", "lobbying for posts is forbidden"),
    ("ban.appointments", "严禁违规用人", "appointments against the rules are forbidden"),
    ("ban.disruption", "严禁干扰换届", "disrupting the round is forbidden"),
    ("dont.feasts", "不准通过宴请、安排消费活动拉票", "no canvassing by feasts or entertainment"),
    ("dont.calls", "不准打电话、发短信、当面拜访拉票", "no canvassing by calls, messages or visits"),
    ("dont.go_between", "不准委托或者授意中间人出面说情", "no intercession through go-betweens"),
    ("dont.gatherings", "不准以联谊、同乡、同学聚会等形式拉票", "no canvassing at gatherings of any kind"),
    ("dont.gifts", "不准赠送现金、有价证券、礼品", "no gifts of money, securities or goods"),
    ("dont.promises", "不准许诺职务、利益", "no promises of posts or advantages"),
    ("dont.pressure", "不准以威胁、欺骗手段影响推荐和选举", "no pressure or deceit in nomination or election"),
    ("dont.selling", "不准利用职务之便买卖职务", "no sale of posts by those in office"),
    ("dont.asking", "不准采取拉关系等手段谋取职务", "no use of connections to gain a post"),
    ("dont.interfering", "不准干预下级或者原任职地区的换届", "no interference with a lower or former unit"),
    ("dont.individual", "不准个人决定干部任免", "no decision on cadres by one person alone"),
    ("dont.promotion", "不准突击提拔、调整干部", "no sudden promotions or transfers"),
    ("dont.quota", "不准超职数配备干部", "no posts beyond the quota"),
    ("dont.leaks", "不准泄露酝酿、讨论干部任免的情况", "no leaks of deliberations on posts"),
    ("dont.files", "不准篡改、伪造干部档案", "no forging of cadre files"),
    ("dont.reports", "不准隐瞒不报、压案不查", "no hiding or sitting on reports"),
    ("dont.rumours", "不准造谣、诽谤、诬告他人", "no rumours, slander or false charges"),
    ("uniform.dismissal", "一律取消候选人资格", "candidacy is uniformly withdrawn"),
    ("uniform.removal", "一律免去职务", "the post is uniformly withdrawn"),
    ("uniform.discipline", "一律给予纪律处分", "disciplinary action is uniformly taken"),
    ("uniform.transfer", "涉嫌犯罪的，一律移送司法机关", "suspected crimes are uniformly transferred"),
    ("uniform.accountability", "一律追究领导责任", "leaders are uniformly held to account"),
]

WHEN_ZH = ["上周二晚上", "昨天下午", "本月初", "推荐大会前一天", "投票前三天", "公示期间", "考察组来之前", "中午十二点左右",
           "不记得具体日期", "前天上午九点", "选举当天早上", "春节以后"]
WHEN_EN = ["last Tuesday evening", "yesterday afternoon", "at the beginning of the month",
           "the day before the nomination", "three days before the vote", "during the public notice",
           "before the vetting group came", "around noon",
           "I do not remember the date", "on the morning of the election"]
WHERE_ZH = ["村委会会议室", "镇政府三楼会议室", "镇上的饭店", "社区服务中心", "村民小组长家中", "学校门口", "农贸市场旁边",
            "文化广场", "党员活动室", "微信群里"]
WHERE_EN = ["village committee meeting room", "third floor of the township office", "a restaurant in town",
            "community service centre", "outside the school", "beside the market", "a chat group",
            "the square"]
POSTS_ZH = ["乡镇党委委员候选人", "镇长候选人", "副镇长", "党委书记", "村党支部书记", "人大代表候选人", "组织委员", "站所负责人",
            "村委会主任", "社区主任", "考察对象", "联系领导"]
POSTS_EN = ["candidate for the township committee", "candidate for township head", "deputy head",
            "party secretary",
            "village branch secretary", "candidate delegate", "organisation member", "head of the station",
            "chair of the village committee", "community director", "person under vetting", "contact leader"]
SENTENCES_ZH = [
    "在{where}，{post}请参加推荐的人员吃饭，席间要求大家投票时予以关照。",
    "{when}，有人受{post}委托给代表送烟酒和购物卡，并说会后还有感谢。",
    "{post}当面承诺当选以后为支持者解决工作和项目。",
    "据几位代表说，{post}逐户上门拜访，要求填写推荐票时写上他的名字。",
    "微信群里转发了拉票的消息和红包，群里大约有几十个人。",
    "有代表反映收到电话，对方要求在投票时支持{post}。",
    "现场已经制止，并要求当事人退回礼品，做出书面说明。",
    "谈话推荐之前，{post}向部分干部打招呼、递条子。",
    "公示内容与实际情况不符，个人有关事项没有如实报告。",
    "计票时没有按照规定公开唱票，监票人中途离开。",
    "会场没有设置秘密写票处，工作人员站在旁边看代表填写。",
    "我可以提供照片、录音和聊天记录的截图，愿意配合调查。",
    "目前没有其他证据，希望组织部门核实。",
    "了解情况的人还有参加会议的代表和村民小组长。",
    "以上情况属实，请予以保密，不要向被反映人透露。",
    "换届纪律宣传资料已经发放到户，群众知晓率较高。",
    "档案中的出生时间和参加工作时间前后不一致。",
    "临近换届突击提拔和调整了一批干部，没有经过集体研究。",
]
SENTENCES_EN = [
    "At {where}, the {post} invited those taking part in the nomination to a meal and asked for their votes.",
    "{when}, someone sent by the {post} gave delegates cigarettes, liquor and shopping cards.",
    "The {post} promised jobs and projects to supporters after the election.",
    "Several delegates say that the {post} went from door to door and asked to be written on the ballot.",
    "A message asking for votes, with red envelopes, was forwarded in a chat group of several dozen people.",
    "A delegate received a call that asked for support for the {post} in the vote.",
    "It was stopped at once, the gifts were returned, and a written statement was taken.",
    "Before the talks, the {post} spoke to some of the cadres and passed notes.",
    "The public notice does not agree with the facts; personal matters were not reported truthfully.",
    "The count was not read out in public, and an observer left before the end.",
    "There was no place to fill in the ballot in secret, and staff stood beside the delegates.",
    "I can provide photographs, a recording and screenshots of the conversation, "
    "and will help with questions.",
    "There is no other evidence so far; please verify.",
    "Others who know are the delegates at the meeting and the head of the village group.",
    "Please keep this confidential and do not tell the person concerned.",
    "Shortly before the round several cadres were promoted without a collective decision.",
]
OFFICE_ZH = [
    "您反映的问题已经收到，正在按照规定办理，请保存好查询码。",
    "请补充说明事情发生的时间、地点和在场人员。",
    "请问是否有照片、录音或者其他材料可以提供？",
    "经核实，您反映的问题基本属实，已经依纪依规作出处理。",
    "经核实，未发现您反映的问题。感谢您对换届工作的监督。",
    "您反映的问题线索不够具体，已经对有关人员进行提醒谈话。",
    "该问题已经转交上级部门办理，办结后将及时反馈。",
    "为了保护您的身份，请不要在消息中写明姓名和单位。",
]
OFFICE_EN = [
    "Your report has been received and is being handled under the rules; please keep your code.",
    "Please add when and where it happened and who was present.",
    "Are there photographs, recordings or other material that you can provide?",
    "Your report has been verified and found to be true in the main; action has been taken under the rules.",
    "Your report has been verified; nothing of the kind was found. Thank you for watching over the round.",
    "The lead is not specific enough; an admonishing talk has been held with those concerned.",
    "The matter has been passed to the superior office; you will be told when it is concluded.",
    "To protect yourself, please do not write your name or unit in a message.",
]
TITLES_ZH = ["关于{place}{post}拉票的反映", "{place}换届中送礼问题", "{place}会议程序不规范", "反映{post}许诺职务", "现场纠正记录",
             "{place}公示问题", "关于{post}考察情况的反映", "电话反映：{place}"]
TITLES_EN = ["Canvassing by the {post} in {place}", "Gifts during the round in {place}",
             "Irregular meeting in {place}",
             "Posts promised by the {post}", "Corrected on the spot", "Public notice in {place}",
             "Phone report: {place}"]
MEDIA = [("image/jpeg", "IMG_%04d.jpg"), ("image/png", "screenshot_%d.png"), ("audio/mp4", "录音%d.m4a"),
         ("video/mp4", "VID_%04d.mp4"), ("application/pdf", "材料%d.pdf"), ("image/jpeg", "照片%d.jpg")]
