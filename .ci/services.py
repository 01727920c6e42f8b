"""Small questions to PostgreSQL and Redis, for `.ci/run`."""

import sys

import psycopg
import redis
from psycopg import sql


def run_sql(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True, connect_timeout=5) as server:
        server.execute(sql.SQL(statement))


def drop(url: str, run: str) -> None:
    """Drop the database of a run and those that its tests made beside it."""
    with psycopg.connect(url, autocommit=True, connect_timeout=5) as server:
        rows = server.execute(
            "SELECT datname FROM pg_database WHERE strpos(datname, %s) > 0", [run]
        ).fetchall()
        for (name,) in rows:
            server.execute(
                sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            )


def claim_redis(url: str) -> None:
    """Print the address of an empty database, which is ours from now on."""
    for number in range(15, 0, -1):
        client = redis.from_url(f"{url}/{number}", socket_connect_timeout=3)
        if not client.dbsize() and client.set("coalition-ci", "1", nx=True, ex=7200):
            print(f"{url}/{number}")
            return
    sys.exit("Every database of this Redis holds something.")


def flush(url: str) -> None:
    redis.from_url(url, socket_connect_timeout=3).flushdb()


if __name__ == "__main__":
    commands = {"sql": run_sql, "drop": drop, "redis": claim_redis, "flush": flush}
    name, *arguments = sys.argv[1:]
    try:
        commands[name](*arguments)
    except (psycopg.OperationalError, redis.ConnectionError) as error:
        sys.exit(str(error))
