.data.repository.pullRequest.comments.nodes[]
| select(.viewerDidAuthor)
| "\(.databaseId) \(.body | split("\n")[0] | rtrimstr("\r"))"
