"""Names and sentences of the sample campus."""

from random import Random
from typing import Final

SURNAMES: Final = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN: Final = (
    "子涵梓轩雨桐浩然欣怡宇航思远佳琪一诺俊杰诗涵天佑若曦明哲可馨"
    "嘉豪语嫣博文静怡晨曦泽宇乐瑶志强丽华秀英建国晓燕海燕文博"
)
SCHOOLS: Final = (
    "徐汇实验小学",
    "上海中学东校",
    "浦东外国语学校",
    "建平中学",
    "汇师小学",
    "位育中学",
    "进才中学",
    "世博家园实验小学",
)
SUBJECTS: Final = ("数学", "英语", "语文", "物理", "化学")

#: What people write into a text field, by a part of the field's name; the first that fits.
SENTENCES: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("problem", ("计算粗心，步骤跳得快", "英语词汇量偏少", "上课容易走神", "作业拖到周末才写", "几何辅助线没有思路")),
    (
        "solution",
        ("每天十道口算，周三检查", "每节课前默写二十个单词", "座位调到第一排，课间提醒", "分两天完成，周五拍照发群里"),
    ),
    ("plan", ("下周二再与家长沟通一次", "先补函数，再做综合题", "按四周计划推进，第三周小测")),
    ("reason", ("家里有事", "学校补课时间冲突", "身体不舒服", "孩子近期状态起伏")),
    ("why", ("家里有事", "时间冲突", "需要再考虑")),
    ("cause", ("题型不熟", "时间安排冲突", "基础概念不牢")),
    ("feedback", ("家长认可目前的进度", "老师反映课堂参与度提高", "学生愿意提问了")),
    ("content", ("复习一次函数，讲评周测", "完形填空与阅读", "古诗文默写与作文提纲")),
    ("topic", ("下次课时间与本周作业", "月考准备", "学习习惯")),
    ("title", ("学习情况沟通",)),
    ("name", ("一次函数专题", "阅读理解专题")),
    ("result", ("已与家长达成一致", "按计划执行", "继续观察两周")),
    ("opinion", ("目标清楚，建议每周加一次小测", "同意，注意难度梯度")),
    ("summary", ("整体稳定，个别学员需加强回访", "完成情况良好")),
    ("wish", ("希望换到周六上午",)),
    ("question", ("第三题为什么要分类讨论", "这个时态怎么判断")),
)
PLAIN: Final = ("正常", "已完成", "按要求办理", "情况良好", "已沟通")


def person(random: Random) -> str:
    """Return a name."""
    first = random.randrange(0, len(GIVEN) - 1, 2)
    return random.choice(SURNAMES) + GIVEN[first : first + 2]


def sentences(field: str) -> tuple[str, ...]:
    """Return what people write into a text field of this name."""
    return next((phrases for part, phrases in SENTENCES if part in field), PLAIN)
