{{- /* Values that are valid one by one and wrong together. */ -}}
{{- define "kc-etl.validate" -}}
{{- $version := .Chart.AppVersion -}}
{{- if and (eq .Values.mode "watch") (ne (include "kc-etl.has.watch" .) "true") }}
{{- fail (printf "mode watch: kc-etl %s has no command watch; use mode: cronjob" $version) }}
{{- end }}
{{- if and (eq .Values.mode "shards") (ne (include "kc-etl.has.shard" .) "true") }}
{{- fail (printf "mode shards: kc-etl %s has no option --shard; use mode: cronjob" $version) }}
{{- end }}
{{- if and .Values.serviceMonitor.enabled (ne .Values.mode "watch") }}
{{- fail "serviceMonitor.enabled: only mode: watch serves metrics" }}
{{- end }}
{{- if and (eq .Values.mode "shards") (not .Values.store.existingClaim) (not (and .Values.store.persistent (eq .Values.store.accessMode "ReadWriteMany"))) }}
{{- fail "mode shards: several pods write to one store; set store.persistent: true and store.accessMode: ReadWriteMany, or store.existingClaim" }}
{{- end }}
{{- if and (ne .Values.auth.kind "none") (not .Values.auth.allowInsecure) (hasPrefix "http://" (include "kc-etl.url" .)) }}
{{- fail (printf "auth.kind %s: the credential would be sent over plain HTTP to %s; use an https:// server.url, or set auth.allowInsecure: true" .Values.auth.kind (include "kc-etl.url" .)) }}
{{- end }}
{{- end }}
