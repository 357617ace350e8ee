# The samples of docs/bindings.md as files, so that they are compiled and run as they stand there: a block begins with the name
# of its file.      awk -v languages='kotlin|java' -v out=FOLDER -f samples.awk docs/bindings.md
$0 ~ "^```(" languages ")$" { getline; file = out "/" $2; next }
/^```$/ { file = "" }
file != "" { print > file }
