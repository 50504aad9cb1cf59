# What R's survival and cmprsk say about a table of trials.
#
# Its arguments are TRIALS INTERVALS OUT.
#
# TRIALS: trial,group,days,ending (0 censored, 1 event, 2 competing). INTERVALS: trial,left,right
# ((left, right]; right empty is never seen; left = right is exact). Writes to the folder OUT the
# trials with R's own lung data added (trials.csv) and every number in one table (numbers.csv).
suppressPackageStartupMessages({
  library(survival)
  library(cmprsk)
})
options(digits = 17)
arg <- commandArgs(trailingOnly = TRUE)
numbers <- list()
tell <- function(trial, group, method, statistic, time, value) {
  if (length(value)) {
    numbers[[length(numbers) + 1]] <<- data.frame(trial, group, method, statistic, time, value = as.numeric(value))
  }
}

trials <- read.csv(arg[1], colClasses = c("character", "character", "numeric", "integer"))
lung <- survival::lung
deaths <- data.frame(trial = "lung", group = as.character(lung$sex), days = lung$time, ending = lung$status - 1L)
split <- transform(deaths, trial = "lung-competing", ending = ifelse(ending == 1L & lung$age >= 65, 2L, ending))
trials <- rbind(trials, deaths, split)
write.csv(trials, file.path(arg[3], "trials.csv"), row.names = FALSE, quote = FALSE)

kaplan_meier <- function(trial, group, d) {
  fit <- survfit(Surv(days, ending == 1) ~ 1, data = d, conf.type = "log-log")
  for (name in c("n.risk", "n.event", "n.censor", "surv", "lower", "upper")) {
    tell(trial, group, "km", name, fit$time, fit[[name]])
  }
  q <- quantile(fit, 0.5)
  tell(trial, group, "median", c("days", "low", "high"), NA, unlist(q))
}

incidence <- function(trial, d) {
  ci <- cuminc(d$days, d$ending, d$group, cencode = 0)
  for (group in unique(d$group)) {
    curve <- ci[[paste(group, 1)]]
    if (is.null(curve)) next
    at <- sort(unique(d$days[d$group == group]))
    # the curve is a step function with both ends of each step: the last one at a time holds after it
    last <- vapply(at, function(t) max(which(curve$time <= t)), 1)
    tell(trial, group, "cif", "est", at, curve$est[last])
    tell(trial, group, "cif", "var", at, curve$var[last])
  }
  if (!is.null(ci$Tests)) tell(trial, "", "gray", colnames(ci$Tests), NA, ci$Tests["1", ])
}

comparisons <- function(trial, d) {
  test <- survdiff(Surv(days, ending == 1) ~ group, data = d)
  freedom <- sum(test$exp > 0) - 1
  tell(trial, "", "log-rank", c("stat", "df", "pv"), NA, c(test$chisq, freedom, pchisq(test$chisq, freedom, lower.tail = FALSE)))
  reference <- sort(unique(d$group))[1]
  for (group in setdiff(sort(unique(d$group)), reference)) {
    pair <- d[d$group %in% c(reference, group), ]
    # where the ratio is infinite R warns and stops somewhere: there is no number to compare
    fit <- tryCatch(
      coxph(Surv(days, ending == 1) ~ group, data = pair, ties = "efron", control = coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 100)),
      warning = function(w) NULL
    )
    if (is.null(fit) || is.na(coef(fit))) next
    s <- summary(fit)
    tell(trial, group, "cox", c("ratio", "low", "high", "coef", "se", "p"), NA, c(s$conf.int[c(1, 3, 4)], s$coefficients[c(1, 3, 5)]))
  }
}

for (trial in unique(trials$trial)) {
  d <- trials[trials$trial == trial, ]
  for (group in unique(d$group)) kaplan_meier(trial, group, d[d$group == group, ])
  if (any(d$ending == 1) && length(unique(d$group)) > 1) comparisons(trial, d)
  if (any(d$ending == 1) && any(d$ending == 2)) incidence(trial, d)
}

# Turnbull's NPMLE by plain EM over all right ends, and R's own survfit, which stops at 5e-5. EM takes for ever to
# empty a place: one that is nearly empty and whose derivative says that it shall be empty is dropped. The largest
# derivative over all places, dropped ones too, is 1 at the maximum, and only there.
em <- function(left, right) {
  at <- sort(unique(c(left[left == right], right[is.finite(right)], Inf)))
  inside <- t(mapply(function(l, r) if (l == r) at == l else l < at & at <= r, left, right)) * 1
  p <- rep(1 / length(at), length(at))
  for (round in 1:100000) {
    gain <- colSums(inside / as.vector(inside %*% p)) / length(left)
    if (round %% 500 == 0) p[p < 1e-4 & gain < 1 - 1e-4] <- 0
    q <- p * gain
    if (max(abs(q - p)) < 1e-14 && round > 500) break
    p <- q / sum(q)
  }
  list(time = at, survival = 1 - cumsum(p), likelihood = sum(log(inside %*% p)), derivative = max(gain))
}
intervals <- read.csv(arg[2], colClasses = c("character", "numeric", "numeric"))
for (trial in unique(intervals$trial)) {
  d <- intervals[intervals$trial == trial, ]
  right <- ifelse(is.na(d$right), Inf, d$right)
  found <- em(d$left, right)
  tell(trial, "", "em", "likelihood", NA, found$likelihood)
  tell(trial, "", "em", "derivative", NA, found$derivative)
  tell(trial, "", "em", "surv", found$time, found$survival)
  fit <- survfit(Surv(d$left, d$right, type = "interval2") ~ 1)
  tell(trial, "", "survfit", "surv", fit$time, fit$surv)
}
write.csv(do.call(rbind, numbers), file.path(arg[3], "numbers.csv"), row.names = FALSE, quote = FALSE, na = "")
