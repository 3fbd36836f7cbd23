# docker build -t satchel . && docker run -v satchel:/data -e API_KEYS=... -p 3500:3500 satchel
# With a compiler and Node's headers: where no ready-made SQLite can be downloaded it is compiled.
FROM node:22-bookworm AS build
ENV npm_config_nodedir=/usr/local
WORKDIR /satchel
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build --silent && npm prune --omit=dev

FROM node:22-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3500 DATA_DIR=/data
WORKDIR /satchel
COPY --from=build /satchel/package.json ./
COPY --from=build /satchel/node_modules ./node_modules
COPY --from=build /satchel/dist ./dist
RUN mkdir /data && chown node:node /data
VOLUME /data
USER node
EXPOSE 3500
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/readyz').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# It finishes what is being written when it is told to stop. That takes a few seconds, on a machine that is very busy up to a minute (docker stop --time 60).
STOPSIGNAL SIGTERM
CMD ["node", "dist/server/main.js"]
