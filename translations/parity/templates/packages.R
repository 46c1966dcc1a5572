# R's packages in the versions that the references come from, and what these need from CRAN as it was on that day.
# Written by rparity new --ci. Another repository: CRAN=URL Rscript {suite}/ci/packages.R
pins <- list(
{pins}
)[[as.character(getRversion())]]
if (is.null(pins)) stop("no reference comes from R ", getRversion())
has <- function(package) nzchar(system.file(package = package)) && packageVersion(package) == pins$versions[[package]]
system <- if (file.exists("/etc/os-release")) readLines("/etc/os-release") else character()
name <- sub("VERSION_CODENAME=", "", grep("^VERSION_CODENAME=", system, value = TRUE))
snapshot <- paste(c("https://packagemanager.posit.co/cran", if (length(name)) c("__linux__", name), pins$day),
                  collapse = "/")
options(repos = c(CRAN = Sys.getenv("CRAN", snapshot)), Ncpus = parallel::detectCores(), timeout = 600,
        HTTPUserAgent = sprintf("R/%s R (%s)", getRversion(), paste(getRversion(), R.version["platform"],
                                                                    R.version["arch"], R.version["os"])))
lacking <- Filter(Negate(has), names(pins$versions))
if (length(lacking)) {
  if (!nzchar(system.file(package = "remotes"))) install.packages("remotes")
  # What others are built on goes first.
  needs <- tools::package_dependencies(lacking, db = available.packages(), recursive = TRUE)
  for (package in lacking[order(vapply(needs[lacking], function(all) sum(lacking %in% all), 0))])
    remotes::install_version(package, pins$versions[[package]], upgrade = "never")
}
wrong <- Filter(Negate(has), names(pins$versions))
if (length(wrong)) stop("not in the version that the references come from: ", paste(wrong, collapse = ", "))
