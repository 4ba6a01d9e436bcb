{{- /* dict "root" $ "name" … "schedule" … "sharded" (whether its pods share the days). */ -}}
{{- define "kc-etl.cronjob" -}}
apiVersion: batch/v1
kind: CronJob
metadata:
  name: {{ .name }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- include "kc-etl.labels" .root | nindent 4 }}
spec:
  schedule: {{ .schedule | quote }}
  timeZone: Etc/UTC
  concurrencyPolicy: Forbid
  startingDeadlineSeconds: 3600
  successfulJobsHistoryLimit: 1
  failedJobsHistoryLimit: 3
  jobTemplate:
    {{- include "kc-etl.job" (dict "root" .root "sharded" .sharded) | nindent 4 }}
{{- end }}

{{- /* The CronJob that has the verdict: with shards the audit that follows them. */ -}}
{{- define "kc-etl.cronjobName" -}}
{{ include "kc-etl.fullname" . }}{{ if eq .Values.mode "shards" }}-verdict{{ end }}
{{- end }}
