# The command in an image of its own, for those who have no Node: `docker build -f scripts/image/command.Dockerfile -t jwt-policy-command dist`,
# where dist/ has the package that `npm pack` makes.
ARG BASE=node:22-slim
FROM ${BASE}
COPY envoy-jwt-policy-*.tgz /tmp/
RUN npm install --global --no-audit --no-fund /tmp/envoy-jwt-policy-*.tgz && rm -r /tmp/envoy-jwt-policy-*.tgz /root/.npm
# Nobody in particular: it reads what is mounted into its directory, and writes where that is open to all.
USER 65532:65532
WORKDIR /policies
ENTRYPOINT ["jwt-policy"]
CMD ["--help"]
