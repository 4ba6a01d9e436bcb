{{- define "kc-etl.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" }}
{{- end }}

{{- /* At most 40 characters, because a CronJob's name is continued in its Jobs and their pods. */ -}}
{{- define "kc-etl.fullname" -}}
{{- if .Values.fullnameOverride }}{{ .Values.fullnameOverride }}
{{- else if contains (include "kc-etl.name" .) .Release.Name }}{{ .Release.Name | trunc 40 | trimSuffix "-" }}
{{- else }}{{ printf "%s-%s" .Release.Name (include "kc-etl.name" .) | trunc 40 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "kc-etl.selector" -}}
app.kubernetes.io/name: {{ include "kc-etl.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "kc-etl.labels" -}}
{{ include "kc-etl.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "kc-etl.serviceAccount" -}}
{{- if .Values.serviceAccount.name }}{{ .Values.serviceAccount.name }}
{{- else if .Values.serviceAccount.create }}{{ include "kc-etl.fullname" . }}
{{- else }}default
{{- end }}
{{- end }}

{{- define "kc-etl.namespaceOfServer" -}}
{{- default (ternary "opencost" "kubecost" (eq .Values.product "opencost")) .Values.server.namespace }}
{{- end }}

{{- define "kc-etl.service" -}}
{{- default (get (dict "kubecost-1" "kubecost-cost-analyzer" "kubecost-2" "kubecost-cost-analyzer" "kubecost-3" "kubecost-frontend" "opencost" "opencost") .Values.product) .Values.server.service }}
{{- end }}

{{- define "kc-etl.port" -}}
{{- ternary 9003 9090 (eq .Values.product "opencost") }}
{{- end }}

{{- define "kc-etl.url" -}}
{{- default (printf "http://%s.%s.svc:%s" (include "kc-etl.service" .) (include "kc-etl.namespaceOfServer" .) (include "kc-etl.port" .)) .Values.server.url }}
{{- end }}

{{- define "kc-etl.image" -}}
{{- if .Values.image.digest }}{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else }}{{ .Values.image.repository }}:{{ default .Chart.AppVersion .Values.image.tag }}
{{- end }}
{{- end }}

{{- define "kc-etl.window" -}}
{{- default (ternary "2d settled" "2d offset 2d" (eq (include "kc-etl.has.settled" .) "true")) .Values.audit.window }}
{{- end }}
