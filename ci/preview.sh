#!/bin/sh
# Runs the preview of a stack in a CI job: the report goes to the job's summary, then to the one comment of the stack; in the
# mode drift, on a schedule, to the one issue that the stack has while something has drifted.
# The job fails as `interlink report` says (10 and up: a gate of --fail-on), but after the comment was written; and it
# fails when the comment could not be written. The report travels by file, never by argument: it may be long.
#
#   preview.sh [options of `interlink report`, such as --fail-on …]
#
#   INTERLINK_DIR      folder of the Pulumi program; default: where this is called
#   INTERLINK_MODE     preview, or drift: the preview refreshes the state first, and there is an issue instead of a comment
#   INTERLINK_COMMENT  false: no comment, and no issue
#   INTERLINK_REPORT   the report in full, where there is no summary; default: interlink-report.md, where this is called
#   INTERLINK          the command; default: the one of the package that is installed in the program's folder
set -u

case ${INTERLINK_MODE:-preview} in
preview) write=comment ;;
drift)
  write=drift-issue
  set -- "$@" -- --refresh
  ;;
*)
  echo "error: the mode $INTERLINK_MODE is neither preview nor drift" >&2
  exit 1
  ;;
esac
summary=${GITHUB_STEP_SUMMARY:-}
if [ -z "$summary" ]; then
  summary=${INTERLINK_REPORT:-interlink-report.md}
  case $summary in /*) ;; *) summary=$PWD/$summary ;; esac
  rm -f "$summary"
fi
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
comment=$folder/comment.md
interlink=${INTERLINK:-npx --no-install interlink}

cd "${INTERLINK_DIR:-.}" || exit 1
# The tokens are for the comment alone: the program that is previewed does not inherit them.
# The command is split at its spaces on purpose.
(
  unset GITHUB_TOKEN GITLAB_TOKEN
  $interlink report --run --format markdown --output "$comment" --summary "$summary" "$@"
)
reported=$?
[ "${INTERLINK_COMMENT:-true}" != false ] || exit "$reported"
if [ ! -s "$comment" ]; then
  echo "error: there is no report for a $write, and an earlier one is out of date: give --stack, and see above" >&2
  [ "$reported" -ne 0 ] && exit "$reported"
  exit 1
fi
$interlink "$write" --file "$comment"
commented=$?
[ "$reported" -ne 0 ] && exit "$reported"
exit "$commented"
