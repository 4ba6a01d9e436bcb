{{- /* What this version of kc-etl can do. packaging/chart.js writes this file from the built program. */ -}}
{{- define "kc-etl.has.watch" }}true{{ end }}
{{- define "kc-etl.has.auditStore" }}true{{ end }}
{{- define "kc-etl.has.shard" }}true{{ end }}
{{- define "kc-etl.has.settled" }}true{{ end }}
