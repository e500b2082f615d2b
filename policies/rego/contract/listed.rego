package contract

# METADATA
# title: The line that a listed row is about
# description: |
#   A row that names no line is about the whole claim: a finding must not be lost for want of a place to put it.
listed_line(row) := object.get(row, "line", 0)

# METADATA
# title: The lines of a service day
# description: |
#   The whole claim (0) when all lines have the day, and when a day names none.
listed_lines(day) := day.lines if {
	count(day.lines) > 0
} else := [0]
