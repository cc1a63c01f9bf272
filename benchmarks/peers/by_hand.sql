-- The twelve duties in plain SQL. Bound: :as_of, :month_begins, :month_ends, :month; filled before: hours, fridays.
CREATE TEMP TABLE student AS
    SELECT case_no, campus, created_at, fields ->> 'stability' AS stability FROM cases
    WHERE subject = 'student' AND fields ->> 'programme' = 'one_on_one';
CREATE TEMP TABLE ev AS
    SELECT type, case_no, at, event_id,
        CASE WHEN type IN ('lesson_scheduled', 'lesson_attended', 'lesson_note_written', 'absence', 'absence_contact_logged')
                THEN data ->> 'lesson'
            WHEN type IN ('school_exam_announced', 'exam_outlook_agreed') THEN data ->> 'exam'
            WHEN type IN ('student_asked', 'student_answered') THEN data ->> 'question'
            WHEN type = 'student_sorted' THEN data ->> 'stability' END AS key,
        CASE type WHEN 'payment_confirmed' THEN data ->> 'in_full'
            WHEN 'absence' THEN NOT (data ->> 'excused')
            WHEN 'absence_contact_logged' THEN data ->> 'reached'
            WHEN 'visit_logged' THEN data ->> 'with' = 'parent' AND data ->> 'minutes' IS NOT NULL END AS holds,
        CASE type WHEN 'lesson_scheduled' THEN coalesce(data ->> 'ends_at', (data ->> 'starts_at') + 7200)
            WHEN 'school_exam_announced' THEN data ->> 'exam_at' END AS moment
    FROM events
    WHERE at <= :as_of AND type IN ('contract_signed', 'takeover_requested', 'file_accepted', 'payment_confirmed',
        'first_call_logged', 'exchange_held', 'lesson_scheduled', 'lesson_attended', 'lesson_note_written', 'absence',
        'absence_contact_logged', 'first_class_received', 'visit_logged', 'student_sorted', 'warning_meeting_held',
        'question_session_held', 'school_exam_announced', 'exam_outlook_agreed', 'student_asked', 'student_answered',
        'suspended', 'resumed', 'service_ended');
CREATE INDEX temp.ev_of_type ON ev (type, case_no, at);
CREATE INDEX temp.ev_of_key ON ev (type, case_no, key);
DELETE FROM student WHERE case_no IN (SELECT case_no FROM ev WHERE type = 'service_ended');

CREATE TEMP TABLE first AS
    SELECT case_no, campus, created_at, stability,
        (SELECT min(at) FROM ev WHERE ev.type = 'contract_signed' AND ev.case_no = student.case_no) AS signed,
        (SELECT min(at) FROM ev WHERE ev.type = 'file_accepted' AND ev.case_no = student.case_no) AS accepted,
        (SELECT min(at) FROM ev WHERE ev.type = 'lesson_attended' AND ev.case_no = student.case_no) AS lesson,
        (SELECT min(at) FROM ev WHERE ev.type = 'first_class_received' AND ev.case_no = student.case_no) AS received,
        (SELECT max(at) FROM fridays WHERE fridays.campus = student.campus AND at <= :as_of) AS friday
    FROM student;
CREATE TEMP TABLE called AS
    SELECT first.*, (SELECT min(at) FROM ev WHERE ev.type = 'first_call_logged' AND ev.case_no = first.case_no AND at >= accepted) AS called
    FROM first;

-- step, key, when its clock started, working seconds to go or the moment due; `again`: due at the end of a day so many seconds later
CREATE TEMP TABLE task (case_no, campus, step, key, start, work, due, again, elapsed, paused DEFAULT 0);
INSERT INTO task (case_no, campus, step, key, start, work)
    SELECT case_no, campus, 'request_takeover', '', signed, 27000 FROM first
    WHERE signed IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ev WHERE type = 'takeover_requested' AND ev.case_no = first.case_no);
INSERT INTO task (case_no, campus, step, key, start, work)
    SELECT case_no, campus, 'first_call', '',
        CASE WHEN (SELECT holds FROM ev WHERE type = 'payment_confirmed' AND ev.case_no = called.case_no AND at <= accepted ORDER BY at DESC LIMIT 1)
            THEN accepted
            ELSE (SELECT min(at) FROM ev WHERE type = 'payment_confirmed' AND ev.case_no = called.case_no AND at > accepted AND holds) END,
        13500
    FROM called WHERE accepted IS NOT NULL AND called IS NULL;
INSERT INTO task (case_no, campus, step, key, start, work)
    SELECT case_no, campus, 'hold_exchange', '', called, 54000 FROM called
    WHERE called IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ev WHERE type = 'exchange_held' AND ev.case_no = called.case_no AND at >= called);
INSERT INTO task (case_no, campus, step, key, start, again)
    SELECT case_no, campus, 'write_note', key, max(at), 86400 FROM ev JOIN student USING (case_no)
    WHERE type = 'lesson_attended'
        AND NOT EXISTS (SELECT 1 FROM ev AS done WHERE done.type = 'lesson_note_written' AND done.case_no = ev.case_no AND done.key = ev.key)
    GROUP BY case_no, key;
INSERT INTO task (case_no, campus, step, key, start, again)
    SELECT case_no, campus, 'record_attendance', key, max(moment), 0 FROM ev JOIN student USING (case_no)
    WHERE type = 'lesson_scheduled' AND moment <= :as_of
        AND NOT EXISTS (SELECT 1 FROM ev AS done WHERE done.type = 'lesson_attended' AND done.case_no = ev.case_no AND done.key = ev.key)
        AND NOT EXISTS (SELECT 1 FROM ev AS done WHERE done.type = 'absence' AND done.case_no = ev.case_no AND done.key = ev.key)
    GROUP BY case_no, key;
INSERT INTO task (case_no, campus, step, key, start, again)
    SELECT case_no, campus, 'contact_absent', key, max(at), 0 FROM ev JOIN student USING (case_no)
    WHERE type = 'absence' AND holds
        AND NOT EXISTS (SELECT 1 FROM ev AS done WHERE done.type = 'absence_contact_logged' AND done.case_no = ev.case_no AND done.key = ev.key AND done.holds)
    GROUP BY case_no, key;
INSERT INTO task (case_no, campus, step, key, start, due)
    SELECT case_no, campus, 'agree_outlook', key, max(at), moment - 259200 FROM ev JOIN student USING (case_no)
    WHERE type = 'school_exam_announced'
        AND NOT EXISTS (SELECT 1 FROM ev AS done WHERE done.type = 'exam_outlook_agreed' AND done.case_no = ev.case_no AND done.key = ev.key)
    GROUP BY case_no, key;
INSERT INTO task (case_no, campus, step, key, start, work)
    SELECT case_no, campus, 'answer_student', key, max(at), 27000 FROM ev JOIN student USING (case_no)
    WHERE type = 'student_asked'
        AND NOT EXISTS (SELECT 1 FROM ev AS done WHERE done.type = 'student_answered' AND done.case_no = ev.case_no AND done.key = ev.key)
    GROUP BY case_no, key;

INSERT INTO task (case_no, campus, step, key, start, due, elapsed)
    WITH last AS (
        SELECT first.*, max(received,
            (SELECT max(at) FROM ev WHERE type = 'first_class_received' AND ev.case_no = first.case_no),
            coalesce((SELECT max(at) FROM ev WHERE type = 'visit_logged' AND ev.case_no = first.case_no AND at >= received AND holds), 0)) AS start
        FROM first WHERE received IS NOT NULL
    ), dated AS (
        SELECT *, CASE WHEN lesson <= start THEN lesson ELSE created_at END + 28800 AS since, start + 28800 AS until,
            coalesce((SELECT key FROM ev WHERE type = 'student_sorted' AND ev.case_no = last.case_no AND at <= start ORDER BY at DESC LIMIT 1),
                stability) AS now_stability
        FROM last
    )
    SELECT case_no, campus, 'regular_visit', strftime('%Y-%m-%dT%H:%M', until, 'unixepoch'), start,
        start + 86400 * CASE WHEN now_stability = 'unstable' THEN 4
            WHEN (strftime('%Y', until, 'unixepoch') - strftime('%Y', since, 'unixepoch')) * 12
                + strftime('%m', until, 'unixepoch') - strftime('%m', since, 'unixepoch')
                - (min(strftime('%d', since, 'unixepoch') + 0, strftime('%d', until, 'unixepoch', 'start of month', '+1 month', '-1 day') + 0)
                    > strftime('%d', until, 'unixepoch') + 0) + 1 < 3 THEN 7
            ELSE 14 END, 1
    FROM dated;
INSERT INTO task (case_no, campus, step, key, start, due)
    SELECT case_no, campus, 'monthly_sorting', :month, :month_begins, :month_ends FROM first
    WHERE lesson <= :month_begins
        AND NOT EXISTS (SELECT 1 FROM ev WHERE type = 'student_sorted' AND ev.case_no = first.case_no AND at >= :month_begins);
INSERT INTO task (case_no, campus, step, key, start, work)
    WITH absent AS (
        SELECT case_no, at, lag(at) OVER mine AS before, lag(at, 2) OVER mine AS again FROM ev WHERE type = 'absence' AND holds
        WINDOW mine AS (PARTITION BY case_no ORDER BY at, event_id)
    )
    SELECT case_no, campus, 'absences_meeting', strftime('%Y-%m-%dT%H:%M', at + 28800, 'unixepoch'), at, 135000
    FROM absent JOIN student USING (case_no)
    WHERE before > at - 5184000 AND (again IS NULL OR again <= at - 5184000)
        AND NOT EXISTS (SELECT 1 FROM ev WHERE type = 'warning_meeting_held' AND ev.case_no = absent.case_no AND ev.at >= absent.at);
INSERT INTO task (case_no, campus, step, key, start, work)
    SELECT case_no, campus, 'weekly_questions', strftime('%Y-%m-%dT%H:%M', friday + 28800, 'unixepoch'), friday, 14400 FROM first
    WHERE accepted <= friday
        AND NOT EXISTS (SELECT 1 FROM ev WHERE type = 'question_session_held' AND ev.case_no = first.case_no AND at >= friday);

UPDATE task SET due = (start + 28800) / 86400 * 86400 + 86340 - 28800 + again WHERE again IS NOT NULL;
CREATE TEMP TABLE worked AS
    SELECT task.rowid AS task, task.campus, work + (
        SELECT before + min(start, end) - begin FROM hours WHERE hours.campus = task.campus AND begin <= start ORDER BY begin DESC LIMIT 1) AS total
    FROM task WHERE work IS NOT NULL AND start IS NOT NULL;
UPDATE task SET due = (
        SELECT begin + total - before FROM hours WHERE hours.campus = worked.campus AND before < total ORDER BY before DESC LIMIT 1)
    FROM worked WHERE worked.task = task.rowid;

CREATE TEMP TABLE pause AS
    WITH every AS (
        SELECT case_no, at AS stop,
            (SELECT min(at) FROM ev AS goes WHERE goes.type = 'resumed' AND goes.case_no = ev.case_no AND goes.at >= ev.at) AS go
        FROM ev WHERE type = 'suspended'
    ), first_of AS (
        SELECT case_no, min(stop) AS stop, go FROM every GROUP BY case_no, go
    )
    SELECT *, row_number() OVER (PARTITION BY case_no ORDER BY stop) AS turn FROM first_of;
