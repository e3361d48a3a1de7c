#!/bin/sh
# Branches and addresses do not depend on secrets, as valgrind sees it; and it does see.
# usage: secret_test.sh PROGRAM
command -v valgrind >/dev/null || { echo "1..0 # skipped: no valgrind"; exit 0; }
failed=0 count=0
expect() { # expect STATUS WHAT ARGUMENT
	count=$((count + 1))
	out=$(valgrind --quiet --error-exitcode=9 "$program" "$3" 2>&1)
	result=$?
	if [ $result -eq "$1" ]; then
		echo "ok $count - $2"
	else
		echo "$out" | sed 's/^/# /'
		echo "not ok $count - $2: ended with $result"
		failed=1
	fi
}
program=$1
expect 9 "a branch on a secret is seen" control-branch
expect 9 "an address too" control-address
expect 9 "and both inside the library" control-library
expect 0 "portable" portable
if grep -qw adx /proc/cpuinfo && grep -qw bmi2 /proc/cpuinfo && grep -qw avx2 /proc/cpuinfo; then
	expect 0 "adx" adx
	expect 0 "the lanes of ifma" ifma
fi
echo "1..$count"
exit $failed
