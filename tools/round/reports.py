"""Reports as people write them, in Chinese and English, each with a word of its own that must never be seen outside."""
import random

SCENES = [
    ("{place}有人在入户走访时向村民代表发放礼品，请大家在推荐时写他的名字。", "入户走访送礼"),
    ("考察对象{name}在饭局上承诺，当选后给在座的人安排岗位。", "饭局许诺职位"),
    ("公示期间{place}出现匿名短信，要求支持{name}，并说会给好处。", "匿名短信拉票"),
    ("{name}托人打招呼，要求把自己的亲属列入推荐名单。", "说情打招呼"),
    ("投票当天{place}门口有人逐个叮嘱代表投给{name}。", "投票点叮嘱"),
]
SCENES_EN = [
    ("At {place} gifts were handed to village delegates before the recommendation, in the name of {name}.", "Gifts before the vote"),
    ("Candidate {name} promised posts to those who came to a dinner at {place}.", "Posts promised at dinner"),
    ("Delegates at {place} were called one by one and told to vote for {name}.", "Calls to delegates"),
]
STAGES = ["nomination", "vetting", "public-notice", "election"]


def make(rng, index, township, violations):
    """One report: its fields as `qingfeng report` takes them, and its canary."""
    canary = f"canary{rng.getrandbits(64):016x}"
    name = rng.choice(["王某", "李某", "张某", "陈某"])
    place = f"{township}{rng.choice(['村委会', '文化广场', '集市', '卫生院', '小学'])}"
    english = index % 4 == 3
    text, title = rng.choice(SCENES_EN if english else SCENES)
    return {
        "canary": canary,
        "title": f"{title} {index:03d}",
        "what": text.format(place=place, name=name) + f" {canary}",
        "violation": rng.choice(violations),
        "township": township,
        "stage": rng.choice(STAGES),
        "when": f"3月{rng.randrange(1, 29)}日" if not english else f"{rng.randrange(1, 29)} March, in the evening",
        "where": place,
        "person": f"{name}; 候选人; {township}",
        "evidence": "照片 / photograph" if index % 5 == 0 else "现场群众可以作证",
    }
