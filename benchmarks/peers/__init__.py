"""The same dozen duties without dueline: by hand in three ways, and with three engines that others wrote.

None of these modules imports dueline. They read the store's SQLite file, and leave out what its data do not have:
corrections, waivers and facts set by hand.
"""
