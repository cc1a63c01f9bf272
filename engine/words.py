"""Every sentence of the program's own, in Chinese and English."""

from collections.abc import Mapping
from typing import Final

LANGUAGES: Final = ("zh", "en")

#: key -> (Chinese, English). A `{name}` is filled in by `say`.
_TEXTS: Final[dict[str, tuple[str, str]]] = {
    # states of a task
    "state.waiting": ("等待", "waiting"),
    "state.open": ("待办", "open"),
    "state.breached": ("逾期", "late"),
    "state.done": ("完成", "done"),
    "state.done_late": ("逾期完成", "done late"),
    "state.waived": ("免办", "waived"),
    "state.cancelled": ("取消", "cancelled"),
    # the list
    "list.title": ("待办清单 {as_of}", "Duties as of {as_of}"),
    "list.none": ("没有待办事项。", "Nothing is owed."),
    "list.unassigned": ("无负责人", "nobody"),
    "list.group": ("{name} · {count} 件", "{name} · {count}"),
    "list.group_late": ("{name} · {count} 件，逾期 {late} 件", "{name} · {count}, {late} late"),
    "list.merged": ("{contact} · {count} 件", "{contact} · {count} duties"),
    "list.merged_line": ("{head}：{titles}", "{head}: {titles}"),
    "list.contact.parent": ("家长沟通", "talk to the parent"),
    "list.contact.student": ("学员沟通", "talk to the student"),
    "list.contact.teacher": ("老师沟通", "talk to the teacher"),
    "list.escalated": ("已上报{to}", "told {to}"),
    "list.waiting": ("等：{gate}", "waits until {gate}"),
    "list.paused": ("停课中", "paused"),
    "list.undue": (
        "{count} 件算不出到期时间（用到的资料还没有）：{tasks}",
        "{count} duties have no due moment, for something it rests on is not known: {tasks}",
    ),
    "list.due_unknown": ("期限未知", "due moment not known"),
    "list.counts_shown": (
        "共 {total} 件，列出 {shown} 件：{counts}；另 {later} 件 {days} 天之后到期（--days 或 --all 可见）",
        "{shown} of {total} duties shown: {counts}; {later} due in more than {days}d (--days, --all)",
    ),
    "list.counts": ("合计 {total} 件：{counts}", "{total} duties: {counts}"),
    "list.count": ("{state} {count}", "{count} {state}"),
    "list.provisional": (
        "{years} 年没有官方放假安排，{count} 件的期限按法定节日暂算（带 ~ 的）",
        "no official holiday table for {years}: {count} due moments are provisional (marked ~)",
    ),
    "list.next": (
        "接下来：dueline explain {task}{at}{options}（为什么）；dueline done {task}{options} 字段=值（办完）",
        "next: dueline explain {task}{at}{options} (why); dueline done {task}{options} field=value (when it is done)",
    ),
    "list.next_look": (
        "接下来：dueline explain {task}{at}{options}（为什么）",
        "next: dueline explain {task}{at}{options} (why)",
    ),
    "list.past": (
        "回看：比上一次运行早，只看不写。",
        "a look back: this is before the last run, so nothing was written.",
    ),
    "list.dry": ("试算：没有写入数据库。", "dry run: nothing was written."),
    "list.no_run": (
        "还没有算过清单：先 dueline daily；它列出过的事，办完以后这里能看到。",
        "no list was worked out yet: run dueline daily first; what it lists is found here once it is done.",
    ),
    "list.none_such": (
        "没有这种状态的事。这里只有清单列出过的；之前就办完的，看 dueline explain 对象 步骤。",
        "no duty is in this state. Kept are those that a list has shown; dueline explain CASE STEP tells of others.",
    ),
    "list.refreshed": ("{case} 现在：", "{case} now:"),
    "list.nothing_left": ("{case} 没有待办事项。", "{case} owes nothing now."),
    # how far away a due moment is
    "due.late_days": ("逾期 {count} 天", "{count}d late"),
    "due.late_hours": ("逾期 {count} 小时", "{count}h late"),
    "due.late_now": ("刚逾期", "just late"),
    "due.late_minutes": ("逾期 {count} 分钟", "{count}m late"),
    "due.today": ("今天", "today"),
    "due.tomorrow": ("明天", "tomorrow"),
    "due.days": ("还有 {count} 天", "in {count}d"),
    "due.none": ("未开始", "not started"),
    "weekday.1": ("周一", "Mon"),
    "weekday.2": ("周二", "Tue"),
    "weekday.3": ("周三", "Wed"),
    "weekday.4": ("周四", "Thu"),
    "weekday.5": ("周五", "Fri"),
    "weekday.6": ("周六", "Sat"),
    "weekday.7": ("周日", "Sun"),
    # headings of the columns in files
    "column.task_id": ("任务编号", "task"),
    "column.case_id": ("编号", "case"),
    "column.case_name": ("对象", "name"),
    "column.campus": ("校区", "campus"),
    "column.process": ("流程", "process"),
    "column.step": ("步骤", "step"),
    "column.title": ("事项", "duty"),
    "column.role": ("岗位", "role"),
    "column.assignee": ("负责人", "assignee"),
    "column.opened_at": ("产生时间", "opened"),
    "column.due_at": ("到期时间", "due"),
    "column.closed_at": ("结束时间", "closed"),
    "column.state": ("状态", "state"),
    "column.escalated_to": ("已上报", "escalated to"),
    "column.waiting_for": ("等待", "waits for"),
    "column.missing": ("还缺", "still owed"),
    "column.source": ("依据", "source"),
    # check and test
    "check.clean": ("{files} 个文件，没有问题。", "{files} files, no problems."),
    "check.counts": (
        "{files} 个文件：{errors} 个错误，{warnings} 个警告。",
        "{files} files: {errors} errors, {warnings} warnings.",
    ),
    "test.passed": ("{count} 个场景全部通过。", "{count} scenarios passed."),
    "test.failed": ("{count} 个场景，{failed} 个不符。", "{count} scenarios, {failed} failed."),
    "test.none": ("没有找到场景。", "no scenarios found."),
    # records
    "record.done": ("已记录：{event}，{case}，编号 {event_id}。", "recorded: {event} on {case}, event {event_id}."),
    "record.waived": ("已免办：{task}。", "waived: {task}."),
    "record.void": (
        "已作废：事件 {event_id}，由事件 {void_id} 记录。",
        "voided: event {event_id}, by event {void_id}.",
    ),
    "record.task_done": ("已办结：{task}。", "done: {task}."),
    "record.task_done early": (
        "已办结：{task}。{at} 发生，早于它产生的 {opened}，算作产生时就办好了。",
        "done: {task}. It happened {at}, before the duty opened {opened}, and counts as done when that opened.",
    ),
    "record.other_post": (
        "注意：这件事该由{roles}来记，{who}是{own}。",
        "note: this is for the {roles} to record; {who} is {own}.",
    ),
    "record.task_done waiting": (
        "已办结：{task}。注意：它那时还在等：{gate}。",
        "done: {task}. Note that it was still waiting until {gate}.",
    ),
    "record.task_still_open": ("已记录，但 {task} 尚未办结。", "recorded, but {task} is not closed by it."),
    "record.task_still_open why": ("已记录，但 {task} 尚未办结：", "recorded, but {task} is not closed by it:"),
    "record.not_closed": ("{task} 没有因此办结。", "{task} is not closed by it."),
    "record.not_closed why": ("{task} 没有因此办结：", "{task} is not closed by it:"),
    "record.task_over": (
        "已记录，但 {task} 不是由它办结的：{at} 起已经{state}。",
        "recorded, but {task} is not closed by it: it is {state} since {at}.",
    ),
    "record.task_over by": (
        "已记录，但 {task} 不是由它办结的：{at} 已经{state}，由事件 {event_id}。",
        "recorded, but {task} is not closed by it: it is {state} since {at}, by event {event_id}.",
    ),
    "hint.after": ("{sentence}；{hint}", "{sentence}; {hint}"),
    "hint.near": ('是不是 "{name}"？', 'did you mean "{name}"?'),
    "hint.one_of": ("可选 {names}", "expected one of {names}"),
    # refusals
    "refuse.pair": ('"{text}" 不是 字段=值', '"{text}" is not field=value'),
    "refuse.pair_twice": ('字段 "{name}" 给了两次', 'field "{name}" is given twice'),
    "refuse.moment": (
        '{option} "{text}" 不是时间；例如 2026-03-10 或 "2026-03-10 09:00"',
        '{option} "{text}" is not a moment; write 2026-03-10 or "2026-03-10 09:00"',
    ),
    "refuse.moment_range": (
        '{option} "{text}" 超出 1970 到 2199 年',
        '{option} "{text}" is outside the years 1970 to 2199',
    ),
    "refuse.task_unknown": (
        '没有任务 "{part}"；dueline tasks 列出全部',
        'there is no task "{part}"; dueline tasks lists them',
    ),
    "refuse.task_others": (
        '那时没有任务 "{part}"；{case} 的这一步有：',
        'there is no task "{part}" at that moment; of this step {case} has:',
    ),
    "refuse.task_many": ('"{part}" 对应 {count} 个任务：', '"{part}" may mean {count} tasks:'),
    "refuse.more": ("  … 另有 {count} 个", "  … and {count} more"),
    "refuse.unknown": ('没有{kind} "{name}"', 'there is no {kind} "{name}"'),
    "refuse.empty": ("{option} 不能空着", "{option} may not be empty"),
    "refuse.person_many": ('"{name}" 对应几个人：{ids}；请用编号', '"{name}" may mean {ids}; give the id'),
    "refuse.days": ('--from "{first}" 在 --to "{last}" 之后', '--from "{first}" is after --to "{last}"'),
    "refuse.subject": (
        '事件 "{event}" 是{wanted}的，{case} 是{subject}',
        'event "{event}" is of a {wanted}, and {case} is a {subject}',
    ),
    "refuse.other_subject": (
        '"{name}" 是{wanted}的，{case} 是{subject}',
        '"{name}" is of a {wanted}, and {case} is a {subject}',
    ),
    "refuse.inputs": (
        "不写对象的话，{name} 还要给出：{fields}",
        "without a case {name} needs also: {fields}",
    ),
    "refuse.reference": (
        '{field}：没有{kind} "{name}"',
        '{field}: there is no {kind} "{name}"',
    ),
    "refuse.far": (
        "有一个期限算不出来：{why}",
        "a moment can't be worked out: {why}",
    ),
    "record.zone": ("{at} 按校区时区（{zone}）理解。", "{at} is taken in the campus's zone ({zone})."),
    "refuse.output": ("{format} 要写进文件：加上 -o 文件名", "{format} goes into a file: add -o FILE"),
    "refuse.no_store": (
        "还没有数据库 {path}；先 dueline import 文件，或 dueline demo",
        "there is no store {path} yet; dueline import FILE first, or dueline demo",
    ),
    "refuse.closes_itself": (
        "{task} 会自己办结，只要 {condition} 成立",
        "{task} closes by itself as soon as {condition} holds",
    ),
    "refuse.owed": ("{task} 还缺：{fields}", "{task} needs: {fields}"),
    "refuse.void_twice": (
        "事件 {event_id} 已由事件 {void_id} 作废",
        "event {event_id} is already voided by event {void_id}",
    ),
    "refuse.finished": ("{task} 已经是{state}", "{task} is already {state}"),
    "refuse.future": ("{at} 还没有到（现在是 {now}）", "{at} has not come yet (it is {now})"),
    "refuse.before": ("{at} 早于建档时间 {created}", "{at} is before the case existed, which is since {created}"),
    "refuse.no_case_yet": (
        '{at} 时 {case} 还没有建档：建档时间是 {since}；请写 {to} "{since}" 或更晚',
        'on {at} there was no {case} yet: it is on record since {since}; write {to} "{since}" or later',
    ),
    "refuse.checked": (
        "流程定义有 {count} 个错误，没有运行：",
        "the definitions have {count} errors, nothing was run:",
    ),
    "kind.role": ("岗位", "role"),
    "kind.state": ("状态", "state"),
    "kind.campus": ("校区", "campus"),
    "kind.case": ("对象", "case"),
    "kind.process": ("流程", "process"),
    "kind.step": ("步骤", "step"),
    "kind.table": ("决策表", "decision table"),
    "kind.decision": ("决策表或计算", "decision table or calculation"),
    "kind.calculation": ("计算", "calculation"),
    "kind.event": ("事件", "event"),
    "kind.person": ("人员", "person"),
    # our fault
    "fault": ("内部错误：{what}（详情在 {file}）", "internal error: {what} (details in {file})"),
    "stopped": ("已中断，没有写入一半的数据。", "stopped; nothing is half done."),
    # demo
    "import.done": (
        "导入完成：新增 {cases} 个对象、{events} 个事件，{changed} 个对象有变化。",
        "imported: {cases} cases and {events} events; {changed} cases changed.",
    ),
    "import.duplicates": (
        "{count} 行以前导入过，没有重复计入。",
        "{count} rows were imported before and are not counted twice.",
    ),
    "import.refused": ("{count} 处错误，什么都没有导入。", "{count} faults; nothing was imported."),
    "demo.refused": (
        "{path} 不是示例数据库，不会覆盖；换一个 --dir",
        "{path} is not the store of a demo and will not be overwritten; choose another --dir",
    ),
    "demo.made": ("示例校区在 {folder}：{files} 个文件", "the sample campus is in {folder}: {files} files"),
    "demo.next": ("接下来可以试：", "what to try next:"),
    "demo.list": ("一位学管师的清单", "the list of one learning manager"),
    "explain.others": ("这一步在这个对象上还有：{tasks}", "Of this step the case has also:{tasks}"),
    "demo.explain": ("这件事为什么到期", "why this is due"),
    "demo.xlsx": ("给 Excel 的清单", "the list for Excel"),
    "demo.check": ("改了 YAML 之后检查", "after a change of the YAML"),
    "demo.report": ("一年的时限达成", "a year of promises kept and broken"),
    # figures and what a change does
    "grid.coverage": ("场景覆盖", "what the scenarios reach"),
    "grid.forecast": ("{since} 起 {days} 天的工作量", "work to come, {days} days from {since}"),
    "grid.plan": ("规则变更的影响，{kept} 件不变", "what the change does; {kept} tasks stay as they are"),
    "head.campus": ("校区", "campus"),
    "head.role": ("岗位", "role"),
    "head.step": ("事项", "duty"),
    "head.case_name": ("对象", "name"),
    "head.kind": ("种类", "kind"),
    "head.reached": ("已覆盖", "reached"),
    "head.total": ("总数", "of"),
    "head.missed": ("未覆盖", "missed"),
    "head.day": ("日期", "day"),
    "head.tasks": ("件数", "tasks"),
    "head.what": ("变化", "change"),
    "head.task_id": ("任务编号", "task"),
    "head.before": ("原来", "before"),
    "head.after": ("改后", "after"),
    "plan.gained": ("新增", "gained"),
    "plan.lost": ("消失", "lost"),
    "plan.moved": ("改期", "moved"),
    "plan.rerouted": ("换人", "re-routed"),
    "plan.changed": ("变状态", "changed"),
    "refuse.revision": ('"{name}" 既不是目录也不是 git 版本', '"{name}" is neither a folder nor a git revision'),
    # traces
    "trace.inputs": ("输入", "inputs"),
    "trace.taken": ("命中", "taken"),
    "trace.not_taken": ("不符：{inputs}", "not taken: {inputs}"),
    "trace.not_in_force": ("这一天不适用", "not in force on that day"),
    "trace.answer": ("结论", "answer"),
    "trace.otherwise": ("其他情况", "otherwise"),
    "trace.row": ("第 {number} 行", "row {number}"),
    "yes": ("是", "yes"),
    "no": ("否", "no"),
    "unknown": ("未知", "unknown"),
}


def say(language: str, key: str, **values: object) -> str:
    """Return the text of `key` in `language`, its places filled with `values`.

    >>> say("zh", "due.late_days", count=3)
    '逾期 3 天'
    """
    return _TEXTS[key][LANGUAGES.index(language)].format(**values)


def has(key: str) -> bool:
    """Return whether there is a text of this key."""
    return key in _TEXTS


def language_of(environment: Mapping[str, str]) -> str:
    """Return the language that the environment asks for: Chinese for a Chinese locale, else English.

    >>> language_of({"LANG": "zh_CN.UTF-8"}), language_of({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}), language_of({})
    ('zh', 'en', 'en')
    """
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(name):
            return "zh" if environment[name].lower().startswith("zh") else "en"
    return "en"
