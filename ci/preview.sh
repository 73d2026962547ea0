#!/bin/sh
# Previews a stack in a CI job. The report goes to the job's summary and to the stack's comment; in drift mode (scheduled jobs),
# to the stack's issue, which is open as long as there is drift.
# The script writes the comment, then exits with the code of `interlink report` (10 and above: a gate of --fail-on). It also
# fails if the comment cannot be written. The report is passed in a file, because it may be too long for an argument.
#
#   preview.sh [options of `interlink report`, such as --fail-on …]
#
#   INTERLINK_DIR      folder of the Pulumi program; default: the current folder
#   INTERLINK_MODE     preview, or drift: refreshes the state first, and writes an issue instead of a comment
#   INTERLINK_COMMENT  false: no comment and no issue
#   INTERLINK_REPORT   file for the full report if there is no job summary; default: interlink-report.md in the current folder
#   INTERLINK          the command; default: from the package that is installed in the program's folder
set -u

case ${INTERLINK_MODE:-preview} in
preview) write=comment ;;
drift)
  write=drift-issue
  set -- "$@" -- --refresh
  ;;
*)
  echo "error: invalid mode: $INTERLINK_MODE. Available: preview, drift" >&2
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
# The tokens are only for the comment: the previewed program must not inherit them.
# $interlink is unquoted on purpose, so that the shell splits it into words.
(
  unset GITHUB_TOKEN GITLAB_TOKEN
  $interlink report --run --format markdown --output "$comment" --summary "$summary" "$@"
)
reported=$?
[ "${INTERLINK_COMMENT:-true}" != false ] || exit "$reported"
if [ ! -s "$comment" ]; then
  echo "error: no report was written, so the earlier $write (if any) is out of date: see the messages above, and give --stack" >&2
  [ "$reported" -ne 0 ] && exit "$reported"
  exit 1
fi
$interlink "$write" --file "$comment"
commented=$?
[ "$reported" -ne 0 ] && exit "$reported"
exit "$commented"
