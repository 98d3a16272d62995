#!/usr/bin/env bash
# Installs the other implementations that judge what the kit writes (Debian, Ubuntu). Does nothing for those that are there.
set -euo pipefail

# program:package; a path for what is no program
peers=(wimlib-imagex:wimtools 7zz:7zip chromium:chromium lowntfs-3g:ntfs-3g xmllint:libxml2-utils gcab:gcab cabextract:cabextract
  hivexml:libhivex-bin hivexregedit:libwin-hivex-perl regfexport:libregf-utils reglookup:reglookup reged:chntpw
  osslsigncode:osslsigncode openssl:openssl /usr/lib/python3/dist-packages/pefile.py:python3-pefile
  xorriso:xorriso genisoimage:genisoimage grub-fstest:grub-common /usr/lib/python3/dist-packages/pycdlib:python3-pycdlib
  udfinfo:udftools qemu-system-x86_64:qemu-system-x86 /usr/share/ovmf/OVMF.fd:ovmf mformat:mtools
  /usr/sbin/fsck.vfat:dosfstools /usr/sbin/sgdisk:gdisk mcopy:mtools qemu-img:qemu-utils
  clang-14:clang-14 lld-link-14:lld-14 llvm-pdbutil-14:llvm-14 tcpdump:tcpdump)

sudo=()
if [ "$(id -u)" -ne 0 ]; then sudo=(sudo); fi

apt() {
  local attempt
  for attempt in 1 2 3; do
    if "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Acquire::Retries=3 "$@" </dev/null >"$log" 2>&1; then return 0; fi
    if [ "$attempt" -lt 3 ]; then sleep $((attempt * 5)); fi
  done
  echo "apt-get $* failed:" >&2
  cat "$log" >&2
  return 1
}

version() {
  case $1 in
    wimlib-imagex) wimlib-imagex --version ;;
    7zz) 7zz ;;
    chromium) chromium --version ;;
    xmllint) xmllint --version 2>&1 | sed 's/.*version 2\(..\)\(..\)/libxml2 2.\1.\2/' ;;
    lowntfs-3g) lowntfs-3g --version ;;
    gcab) gcab --version ;;
    cabextract) cabextract --version ;;
    reged) reged ;;
    mcopy) mcopy --version ;;
    qemu-img) qemu-img --version ;;
  esac 2>&1 | grep -m 1 '[0-9]\.[0-9]' || true
}

present() { command -v "$1" >/dev/null || [ -e "$1" ]; }

packages=()
for peer in "${peers[@]}"; do
  if ! present "${peer%%:*}"; then packages+=("${peer#*:}"); fi
done

if [ ${#packages[@]} -gt 0 ]; then
  if ! command -v apt-get >/dev/null; then
    echo "There is no apt-get here. Install by hand: ${packages[*]}" >&2
    exit 1
  fi
  log=$(mktemp)
  trap 'rm -f "$log"' EXIT
  echo "Installing ${packages[*]} ..."
  apt update
  apt install --no-install-recommends -y "${packages[@]}"
fi

for peer in "${peers[@]}"; do
  if ! present "${peer%%:*}"; then
    echo "${peer%%:*} is not there after ${peer#*:} was installed" >&2
    exit 1
  fi
  printf '%-14s %s\n' "${peer%%:*}" "$(version "${peer%%:*}")"
done
