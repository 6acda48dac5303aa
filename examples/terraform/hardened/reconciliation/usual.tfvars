keep_reports = false
