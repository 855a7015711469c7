// Package schedule reads Quartz cron expressions, as the vendor writes the
// times of automatic snapshots ("0 0 01 ? * * *").
//
// # What it answers
//
// Whether a text is an expression, on which days it runs, and the longest time
// without a run within a span of time.
//
// # What it assumes
//
// The grammar of Quartz's CronExpression: seconds, minutes, hours, day of the
// month, month, day of the week (1 is Sunday) and, if there is one, year;
// names of months and days, lists, ranges that may wrap, increments; one of
// the two fields of days is "?"; L, L-3, LW and 15W for days of the month, L,
// 6L and 6#3 for days of the week.
//
// # Limits
//
// Times are UTC: which time zone the vendor means is not documented, and
// without a change of it the time between two runs is the same in each. A day
// that a month does not have is no run.
package schedule
