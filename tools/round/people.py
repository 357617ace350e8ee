"""The people of the reference round: 12 townships, 52 informants, 23 supervisors. Names are made up."""
import random

TOWNSHIPS = ["清河镇", "柳林镇", "石桥乡", "东山乡", "南湖镇", "北原乡", "白水镇", "双塔乡", "金沙镇", "永和镇", "红旗乡", "新丰镇"]
# Where each lies on the office's schematic map: column and row.
PLACES = [(2, 1), (3, 1), (1, 2), (4, 2), (2, 4), (3, 2), (2, 2), (4, 3), (1, 3), (3, 3), (2, 3), (3, 4)]
FAMILY = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
GIVEN = ["建国", "秀英", "志强", "丽华", "春梅", "海峰", "玉兰", "文斌", "晓燕", "国栋", "桂芳", "永亮", "雪梅", "立新"]


def field_people(seed):
    """[(role, name, unit, township)] for 52 informants and 23 supervisors."""
    rng = random.Random(seed)
    people = []
    for role, count in (("informant", 52), ("supervisor", 23)):
        for i in range(count):
            name = rng.choice(FAMILY) + rng.choice(GIVEN)
            township = TOWNSHIPS[i % len(TOWNSHIPS)]
            unit = f"第{i // len(TOWNSHIPS) + 1}社区" if role == "informant" else "监督组"
            people.append((role, name, unit, township))
    return people
