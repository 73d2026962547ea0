/**
 * The POSIX shell script that pushes a configuration. `push.ts` defines its parameters before it: the functions cli,
 * check, reload, sessions, interfaces and part, and the variables file, timeout, programs, begin, end, mark, part,
 * previous, new, wanted, rest, ours, next, runs, saved and said.
 */

/** The daemons that can be pushed to: their defaults, and the shell functions that differ between them. */
export const DAEMONS = {
  frr: {
    file: "/etc/frr/frr.conf",
    cli: "vtysh",
    check: "vtysh -C -f",
    comment: "!",
    // --stdout: errors are printed, not only logged.
    reload: "/usr/lib/frr/frr-reload.py --reload --stdout",
    functions: `
answers() {
  summary=$(cli -c 'show bgp summary' 2>&1) && ! echo "$summary" | grep -q 'is not running' && return
  echo "$summary"
  return 1
}
shown() {
  cli -c 'show running-config' >"$runs" && grep -q '^frr version' "$runs" && grep -qx end "$runs" && return
  echo "error: vtysh shows no configuration"
  return 1
}
# frr-reload.py makes the running configuration equal to the file, and so removes lines that were entered but not saved,
# even \`ip forwarding\`. So it gets the running configuration with our part replaced. It must get it under the name of the
# real file, because it rewrites that file after loading another one.
load() {
  shown || return 1
  sed '1,/^Current configuration:/d' "$runs" | without_lines "$ours" "$rest" >"$new" && grep -q '^frr version' "$new" &&
    { [ ! -e "$1" ] || cat "$1" >>"$new"; } && cp -p "$file" "$saved" ||
    { echo "error: $new can't be made from the running configuration"; return 1; }
  cat "$new" >"$file" && changed=running && reload "$file"
  status=$?
  put "$saved" && return $status
}
settle() { :; }
is_up() { cli -c "show bgp neighbors $2 json" </dev/null 2>/dev/null | grep -q '"bgpState": *"Established"'; }
# zebra configures the addresses of the interface.
address() { :; }
# \`write memory\` rewrites the file without comments. Then our lines are found by the saved copy of our part.
without_part() {
  if [ -e "$part" ] && ! has_block; then without_lines "$part" /dev/null <"$file"; else without_block; fi
}
# Before the first push, all running lines belong to the customer, including unsaved ones.
others() { [ -e "$part" ] || has_block || { shown && cat "$runs" >>"$rest"; }; }
# A line that the rest also has belongs to the customer: \`write memory\` merges equal lines.
own_lines() { without_lines "$rest" /dev/null <"$wanted"; }
# Removes the lines of file $1 from the input, if they are nested in the same way. Lines that $2 also has stay.
without_lines() {
  awk -v ours="$1" -v theirs="$2" '
    function place(line) {
      if (line !~ /^ /) { top = line; within = "" }
      else if (line ~ /^ +address-family /) within = line
      else if (line ~ /^ +exit-address-family/) within = ""
      nest = within
      # A hand-written file may have it outside of the address family.
      if (top ~ /^router bgp / && nest == "" && line ~ /^ +network /) nest = "address-family ipv4 unicast"
      sub(/^ +/, "", nest)
      sub(/^ +/, "", line)
      return top SUBSEP nest SUBSEP line
    }
    function learn(file, whose, line, key) {
      top = within = ""
      while ((getline line < file) > 0) {
        key = place(line)
        if (line !~ /^(interface|router) |^ +address-family |^ *exit|^ *!$/) owner[key] = whose
      }
    }
    BEGIN { learn(ours, "us"); learn(theirs, "them"); top = within = "" }
    $0 == "end" { next }
    $0 == "exit" && dropped { dropped = 0; next }
    { key = place($0) }
    owner[key] == "us" { if (/^route-map /) dropped = 1; next }
    !/^ / { dropped = 0 }
    { print }
  '
}`,
  },
  bird: {
    file: "/etc/bird/bird.conf",
    cli: "birdc",
    check: "bird -p -c",
    comment: "#",
    reload: "",
    functions: `
answers() { cli show status | grep -q 'up and running'; }
# If this script is killed, BIRD rolls back automatically.
load() { changed=running; cli "configure \\"$file\\" timeout $((timeout + 60))"; }
settle() { cli configure confirm; }
is_up() {
  state=$(cli "show protocols all '$1'" </dev/null 2>/dev/null)
  echo "$state" | grep -q 'BGP state: *Established' && echo "$state" | grep -q "Neighbor address: $2$"
}
address() { ip address replace "$2" dev "$1"; }
without_part() { without_block; }
others() { :; }
own_lines() { cat "$wanted"; }`,
  },
};

/** The part that is the same for all dialects. */
export const PUSH_SCRIPT = `
# The change must be finished even if nothing reads the output any more.
trap '' PIPE
trap 'restore; fail "the push was interrupted. The previous configuration is back."' HUP INT TERM
umask 027
changed= made=

tidy() { rm -f "$new" "$wanted" "$rest" "$ours" "$next" "$runs" "$saved" "$said"; }
fail() { printf 'interlink: %s\\n' "$*" >&2; tidy; exit 1; }

has_block() { grep -qxF "$begin" "$file"; }
only_block() { awk -v begin="$begin" -v end="$end" '$0 == end { exit } inside { print } $0 == begin { inside = 1 }' "$file"; }
without_block() { awk -v begin="$begin" -v end="$end" '$0 == begin { skip = 1 } !skip { print } $0 == end { skip = 0 }' "$file"; }

ready() {
  for command in $programs; do
    command -v "$command" >/dev/null || fail "there is no $command on this router. Nothing was changed."
  done
  [ -r "$file" ] && [ -w "$file" ] ||
    fail "$file does not exist or can't be written. Nothing was changed. Does the shell need sudo -n?"
  case $(grep -xF -e "$begin" -e "$end" "$file") in
    "" | "$begin
$end") ;;
    *) fail "$file must contain the lines '$begin' and '$end' once each, in this order, to mark the generated part. Nothing was changed. Correct them, or remove both and everything between them." ;;
  esac
  answers >"$said" 2>&1 || fail "the routing daemon does not answer. Nothing was changed. $(cat "$said")"
}

# Makes $new from the rest of the file and the wanted part, and $ours, $rest and $next for the load. The new file has the
# owner and mode of the old one. It is in the same folder, so that its relative includes are found.
compose() {
  { [ ! -e "$part" ] || cat "$part"; } >"$ours" && only_block >>"$ours" && cat "$wanted" >>"$ours" &&
    without_part >"$rest" && cp -p "$file" "$new" && cat "$rest" >"$new" &&
    { [ ! -s "$wanted" ] || { echo "$begin" && cat "$wanted" && echo "$end"; } >>"$new"; } &&
    others >"$said" 2>&1 && own_lines >"$next" || fail "$new can't be made. Nothing was changed. $(cat "$said")"
  check "$new" >"$said" 2>&1 || fail "the new configuration is refused. Nothing was changed. $(cat "$said")"
}

# Replaces the file with $1 in one step. A symbolic link or a mounted file can't be replaced: it is overwritten.
put() {
  [ ! -L "$file" ] && mv -f "$1" "$file" 2>/dev/null || { cat "$1" >"$file" && rm -f "$1"; }
}

marked() {
  for alias in /sys/class/net/*/ifalias; do
    [ "$(cat "$alias" 2>/dev/null)" = "$mark" ] || continue
    alias=\${alias%/ifalias}
    echo "\${alias##*/}"
  done
}

# Deletes VLAN devices of an earlier configuration that this one does not need.
sweep() {
  for device in $(marked); do
    case " $* " in *" $device "*) ;; *) ip link delete dev "$device" ;; esac
  done
}

# Makes a missing VLAN device, with a mark in its alias by which sweep finds it later.
link_up() {
  if ! ip link show dev "$3" >/dev/null 2>&1; then
    ip link add link "$1" name "$3" type vlan id "$2" || return 1
    made="$made $3"
    ip link set dev "$3" alias "$mark" || return 1
    echo "made $3, which lasts until the next boot: add it to the network configuration of this router"
  fi
  ip link set dev "$3" up && address "$3" "$4" && address "$3" "$5"
}

put_back() { cp -p "$previous" "$new" && put "$new" || cat "$previous" >"$file"; }

# Restores the previous configuration and interfaces.
restore() {
  if [ -n "$changed" ]; then
    was=$changed changed=
    put_back && { [ "$was" = file ] || { load "$part" >"$said" 2>&1 && settle >/dev/null 2>&1; }; } ||
      printf 'interlink: the previous configuration could not be loaded again: %s\\n' "$(cat "$said")" >&2
    changed=
  fi
  for device in $made; do ip link delete dev "$device"; done
  made=
}

# Sessions that were up must be up in two checks in a row, as one that is going down may still show as up. New sessions
# get ten seconds.
verify() {
  second=0 good=0
  while :; do
    lost= down=
    while read -r session neighbor; do
      is_up "$session" "$neighbor" && continue
      down="$down $session"
      case " $before " in *" $session "*) lost="$lost $session" ;; esac
    done <<SESSIONS
$(sessions)
SESSIONS
    if [ -z "$lost" ]; then good=$((good + 1)); else good=0; fi
    if [ $good -ge 2 ] && { [ -z "$down" ] || [ $second -ge 10 ]; }; then return 0; fi
    [ $second -lt "$timeout" ] || [ $good -ge 2 ] || return 1
    sleep 1
    second=$((second + 1))
  done
}

up_now() { sessions | while read -r session neighbor; do ! is_up "$session" "$neighbor" || printf '%s ' "$session"; done; }

# Replaces $file with $new and loads it; restores the previous file on failure. \`changed\` records how far it got.
enforce() {
  cp -p "$file" "$previous" || fail "the previous configuration can't be kept as $previous. Nothing was changed."
  changed=file
  if ! put "$new" 2>"$said"; then
    why=$(cat "$said")
    rm -f "$new"
    back="Nothing was changed"
    put_back 2>/dev/null || back="It can't be restored either: its previous content is in $previous. The running configuration was not changed"
    changed=
    restore
    fail "$file can't be written. $back. $why"
  fi
  if ! load "$wanted" >"$said" 2>&1; then
    why=$(grep -iE 'error|fail' "$said" | tail -n 5)
    [ -n "$why" ] || why=$(tail -n 5 "$said")
    restore
    fail "the new configuration could not be loaded. The previous one is back. $why"
  fi
}

apply() {
  ready
  while read -r port vlan device ipv4 ipv6; do
    ip link show dev "$device" >/dev/null 2>&1 || ip link show dev "$port" >/dev/null 2>&1 ||
      fail "there is no interface $port on this router, for VLAN $vlan. Nothing was changed."
  done <<INTERFACES
$(interfaces)
INTERFACES
  part >"$wanted" || fail "$wanted can't be written. Nothing was changed."
  compose
  before=$(up_now)
  while read -r port vlan device ipv4 ipv6; do
    link_up "$port" "$vlan" "$device" "$ipv4" "$ipv6" && continue
    restore
    fail "the interface $device can't be made. Nothing was changed."
  done <<INTERFACES
$(interfaces)
INTERFACES
  enforce
  if ! verify; then
    failed=$lost
    restore
    verify && back="and the sessions are up again" || back="but the sessions are still down"
    fail "sessions that were up did not come up again within $timeout s:$failed. The previous configuration is back, $back."
  fi
  settle >/dev/null 2>&1
  changed=
  mv -f "$next" "$part" || echo "$part can't be written: after 'write memory' our lines would not be found" >&2
  sweep $(interfaces | while read -r port vlan device rest; do echo "$device"; done)
  sessions | while read -r session neighbor; do
    if is_up "$session" "$neighbor"; then echo "session $session up"; else echo "session $session down"; fi
  done
  tidy
}

remove() {
  ready
  : >"$wanted"
  compose
  enforce
  settle >/dev/null 2>&1
  changed=
  sweep
  rm -f "$part"
  tidy
}

# Standard input is this script: nothing that it runs is to read from it.
"$1" </dev/null
`;
