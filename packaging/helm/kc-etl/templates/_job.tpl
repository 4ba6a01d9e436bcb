{{- /*
The Job of an audit: dict "root" $ "sharded" (whether it is one of the shards). Its exit codes decide what happens next: 1 (the audit failed), 2 (wrong
arguments) and 4 (not authorised) would be the same again; 3 (no trustworthy data) and 5 (waited too long) are
tried again.
*/ -}}
{{- define "kc-etl.job" -}}
{{- $sharded := .sharded -}}
{{- with .root -}}
{{- /* what the shards find is the verdict of the audit that follows them */ -}}
{{- $failOn := ternary "never" .Values.audit.failOn $sharded -}}
{{- $args := list "audit" "run" (printf "--window=%s" (include "kc-etl.window" .)) (printf "--engine=%s" .Values.audit.engine) (printf "--fail-on=%s" $failOn) -}}
{{- range .Values.audit.types }}{{ $args = append $args (printf "--type=%s" .) }}{{ end -}}
{{- if eq (include "kc-etl.has.auditStore" .) "true" }}{{ $args = append $args "--audit-store=/store/audits" }}{{ end -}}
{{- if $sharded -}}
{{- $args = append $args (printf "--shard=auto/%d" (int .Values.shards.count)) -}}
{{- else -}}
{{- $args = concat $args (list "--report=json=/store/report.json" "--report=html=/store/report.html") -}}
{{- end -}}
{{- $args = concat $args .Values.audit.extraArgs -}}
metadata:
  labels:
    {{- include "kc-etl.selector" . | nindent 4 }}
spec:
  activeDeadlineSeconds: {{ .Values.activeDeadlineSeconds }}
  {{- if $sharded }}
  completionMode: Indexed
  completions: {{ .Values.shards.count }}
  parallelism: {{ .Values.shards.count }}
  backoffLimitPerIndex: 2
  maxFailedIndexes: {{ .Values.shards.count }}
  {{- else }}
  backoffLimit: 2
  {{- end }}
  podFailurePolicy:
    rules:
      - action: Ignore
        onPodConditions:
          - type: DisruptionTarget
            status: "True"
      - action: {{ ternary "FailIndex" "FailJob" $sharded }}
        onExitCodes:
          containerName: kc-etl
          operator: In
          values: [1, 2, 4]
  template:
    {{- include "kc-etl.pod" (dict "root" . "args" $args) | nindent 4 }}
{{- end }}
{{- end }}
