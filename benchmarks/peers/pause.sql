-- What one pause of each case takes is given back; :turn is its number.
CREATE TEMP TABLE touched AS
    SELECT task.rowid AS task, campus, start, work, due, again, elapsed, stop, go, max(stop, start) AS stopped
    FROM task JOIN pause USING (case_no)
    WHERE turn = :turn AND stop < due AND (go IS NULL OR go > start) AND NOT paused;
CREATE TEMP TABLE resumed AS
    SELECT *,
        (SELECT before + min(go, end) - begin FROM hours WHERE hours.campus = touched.campus AND begin <= go ORDER BY begin DESC LIMIT 1)
        + (SELECT before + min(due, end) - begin FROM hours WHERE hours.campus = touched.campus AND begin <= due ORDER BY begin DESC LIMIT 1)
        - (SELECT before + min(stopped, end) - begin FROM hours WHERE hours.campus = touched.campus AND begin <= stopped ORDER BY begin DESC LIMIT 1)
            AS total
    FROM touched;
UPDATE task SET paused = resumed.go IS NULL, due = CASE
        WHEN resumed.go IS NULL THEN resumed.due
        WHEN resumed.work IS NOT NULL THEN (
            SELECT begin + total - before FROM hours WHERE hours.campus = resumed.campus AND before < total ORDER BY before DESC LIMIT 1)
        WHEN resumed.elapsed THEN resumed.due + resumed.go - resumed.stopped
        WHEN resumed.again IS NOT NULL AND resumed.due <= resumed.go
            THEN (max(resumed.go, resumed.start) + 28800) / 86400 * 86400 + 86340 - 28800 + resumed.again
        ELSE resumed.due END
    FROM resumed WHERE resumed.task = task.rowid;
DROP TABLE touched;
DROP TABLE resumed;
