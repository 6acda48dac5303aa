keep_reports = true
