{{- /* The pod of every mode. Its arguments are given in `args`: dict "root" $ "args" (list …). */ -}}
{{- define "kc-etl.pod" -}}
{{- $root := .root -}}
{{- with $root.Values -}}
metadata:
  labels:
    {{- include "kc-etl.selector" $root | nindent 4 }}
    {{- with .podLabels }}{{ toYaml . | nindent 4 }}{{ end }}
  {{- with .podAnnotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  serviceAccountName: {{ include "kc-etl.serviceAccount" $root }}
  automountServiceAccountToken: false
  {{- with .image.pullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  {{- if ne .mode "watch" }}
  restartPolicy: Never
  {{- end }}
  securityContext:
    runAsNonRoot: true
    {{- range $field := list "runAsUser" "runAsGroup" "fsGroup" }}
    {{- with get $root.Values.securityContext $field }}
    {{ $field }}: {{ int64 . }}
    {{- end }}
    {{- end }}
    fsGroupChangePolicy: OnRootMismatch
    seccompProfile:
      type: RuntimeDefault
  containers:
    - name: kc-etl
      image: {{ include "kc-etl.image" $root | quote }}
      imagePullPolicy: {{ .image.pullPolicy }}
      args:
        {{- range $.args }}
        - {{ . | quote }}
        {{- end }}
      env:
        - name: KC_ETL_URL
          value: {{ include "kc-etl.url" $root | quote }}
        {{- if ne .auth.kind "none" }}
        - name: KC_ETL_{{ .auth.kind | upper | replace "-" "_" }}
          valueFrom:
            secretKeyRef:
              name: {{ .auth.existingSecret }}
              key: {{ .auth.key }}
        {{- end }}
        {{- if .auth.allowInsecure }}
        - name: KC_ETL_ALLOW_INSECURE_AUTH
          value: "true"
        {{- end }}
        {{- if .tls.caConfigMap }}
        - name: KC_ETL_CA_FILE
          value: /etc/kc-etl/ca/{{ .tls.caKey }}
        {{- end }}
      {{- if eq .mode "watch" }}
      ports:
        - name: metrics
          containerPort: {{ .watch.port }}
      readinessProbe:
        httpGet:
          path: /readyz
          port: metrics
      livenessProbe:
        httpGet:
          path: /healthz
          port: metrics
      {{- end }}
      resources:
        {{- toYaml .resources | nindent 8 }}
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities:
          drop: [ALL]
      volumeMounts:
        - name: store
          mountPath: /store
        - name: tmp
          mountPath: /tmp
        {{- if .tls.caConfigMap }}
        - name: ca
          mountPath: /etc/kc-etl/ca
          readOnly: true
        {{- end }}
  volumes:
    - name: store
      {{- if or .store.persistent .store.existingClaim }}
      persistentVolumeClaim:
        claimName: {{ default (include "kc-etl.fullname" $root) .store.existingClaim }}
      {{- else }}
      emptyDir: {}
      {{- end }}
    - name: tmp
      emptyDir: {}
    {{- if .tls.caConfigMap }}
    - name: ca
      configMap:
        name: {{ .tls.caConfigMap }}
    {{- end }}
  {{- with .nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
{{- end }}
