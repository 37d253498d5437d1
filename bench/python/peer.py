"""The Python peers: SQLAlchemy's asynchronous sessions, and Advanced Alchemy's repository on them.

Reads a request a line, and answers each in a line, as the program beside this folder wants it.
"""

import argparse
import asyncio
import csv
import json
import random
import statistics
import sys
import time
from datetime import datetime, timedelta
from decimal import Decimal
from urllib.parse import urlsplit

from advanced_alchemy.base import DefaultBase
from advanced_alchemy.filters import LimitOffset, OrderBy
from advanced_alchemy.repository import SQLAlchemyAsyncRepository
from sqlalchemy import DateTime, Numeric, String, delete, exists, func, insert, select, update
from sqlalchemy.dialects import mysql
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import Mapped, mapped_column

MOMENT = DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")


class BenchRow(DefaultBase):
    __tablename__ = "bench_row"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    note: Mapped[str | None] = mapped_column(String(255))
    amount: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    quantity: Mapped[int]
    active: Mapped[bool]
    rating: Mapped[float]
    created_at: Mapped[datetime] = mapped_column(MOMENT)
    updated_at: Mapped[datetime | None] = mapped_column(MOMENT)


class Rows(SQLAlchemyAsyncRepository[BenchRow]):
    model_type = BenchRow


START = datetime(2024, 2, 29)


def moment(number):
    return START + timedelta(microseconds=number * 61_000_001)


def amount(number):
    return Decimal(number * 37 % 100_000_000) / 100


def new(tag, number):
    return {
        "code": f"{tag}-{number:010}",
        "name": f"Name of row {number}",
        "note": f'a note, "quoted", on row {number}' if number % 3 else None,
        "amount": amount(number),
        "quantity": number % 4,
        "active": number % 3 != 1,
        "rating": number / 7.0,
        "created_at": moment(number),
        "updated_at": None if number % 2 else moment(number + 1),
    }


def change(number):
    return {"name": f"Changed by {number}", "amount": amount(number * 7)}


class SqlAlchemy:
    """A session for each operation, as a web handler has it."""

    def __init__(self, engine):
        self.sessions = async_sessionmaker(engine, expire_on_commit=False)

    async def get(self, id):
        async with self.sessions() as session:
            return (await session.get(BenchRow, id)).id

    async def create(self, row):
        async with self.sessions() as session:
            row = BenchRow(**row)
            session.add(row)
            await session.commit()
            await session.refresh(row)
            return row.id

    async def update(self, id, changes):
        async with self.sessions() as session:
            row = await session.get(BenchRow, id)
            for name, value in changes.items():
                setattr(row, name, value)
            await session.commit()
            return row.id

    async def delete(self, id):
        async with self.sessions() as session:
            done = await session.execute(delete(BenchRow).where(BenchRow.id == id))
            await session.commit()
            return done.rowcount > 0

    async def exists(self, quantity):
        async with self.sessions() as session:
            return await session.scalar(select(exists().where(BenchRow.quantity == quantity)))

    async def count(self, quantity):
        async with self.sessions() as session:
            rows = select(func.count()).select_from(BenchRow)
            return await session.scalar(rows.where(BenchRow.quantity == quantity))

    async def list(self, limit):
        async with self.sessions() as session:
            rows = select(BenchRow).order_by(BenchRow.id).limit(limit)
            return len((await session.scalars(rows)).all())

    async def transaction(self, read, changed, deleted):
        async with self.sessions() as session:
            await session.get(BenchRow, read)
            await session.execute(
                update(BenchRow).where(BenchRow.id == changed).values(**change(read))
            )
            await session.execute(delete(BenchRow).where(BenchRow.id == deleted))
            await session.commit()

    async def bulk_insert(self, tag, size):
        async with self.sessions() as session:
            for first in range(1, size + 1, 1000):
                numbers = range(first, min(first + 1000, size + 1))
                await session.execute(insert(BenchRow), [new(tag, number) for number in numbers])
            await session.commit()
            return size

    async def bulk_update(self, changes):
        async with self.sessions() as session:
            await session.execute(
                update(BenchRow), [{"id": id, **changed} for id, changed in changes]
            )
            await session.commit()
            return len(changes)

    async def export(self, path):
        columns = [column.name for column in BenchRow.__table__.columns]
        written = 0
        with open(path, "w", newline="") as file:
            out = csv.writer(file)
            out.writerow(columns)
            async with self.sessions() as session:
                rows = await session.stream_scalars(
                    select(BenchRow).execution_options(yield_per=1000)
                )
                async for row in rows:
                    out.writerow([getattr(row, column) for column in columns])
                    written += 1
        return written


class AdvancedAlchemy(SqlAlchemy):
    """The same through a repository, where it has the operation."""

    async def get(self, id):
        async with self.sessions() as session:
            return (await Rows(session=session).get(id)).id

    async def create(self, row):
        async with self.sessions() as session:
            rows = Rows(session=session, auto_commit=True, auto_refresh=True)
            return (await rows.add(BenchRow(**row))).id

    async def update(self, id, changes):
        async with self.sessions() as session:
            rows = Rows(session=session, auto_commit=True)
            return (await rows.update(BenchRow(id=id, **changes))).id

    async def delete(self, id):
        async with self.sessions() as session:
            await Rows(session=session, auto_commit=True).delete(id)
            return True

    async def exists(self, quantity):
        async with self.sessions() as session:
            return await Rows(session=session).exists(quantity=quantity)

    async def count(self, quantity):
        async with self.sessions() as session:
            return await Rows(session=session).count(quantity=quantity)

    async def list(self, limit):
        async with self.sessions() as session:
            rows = await Rows(session=session).list(
                LimitOffset(limit, 0), OrderBy("id", "asc")
            )
            return len(rows)

    async def bulk_insert(self, tag, size):
        async with self.sessions() as session:
            rows = Rows(session=session)
            for first in range(1, size + 1, 1000):
                numbers = range(first, min(first + 1000, size + 1))
                await rows.add_many([BenchRow(**new(tag, number)) for number in numbers])
            await session.commit()
            return size


def engine_of(backend, url, pool):
    scheme = {
        "sqlite": "sqlite+aiosqlite",
        "mysql": "mysql+asyncmy",
        "mariadb": "mysql+asyncmy",
        "postgres": "postgresql+asyncpg",
    }[backend]
    if backend == "sqlite":
        return create_async_engine(f"{scheme}:///{url.removeprefix('sqlite://')}")
    parts = urlsplit(url)
    url = f"{scheme}://{parts.netloc}{parts.path}"
    return create_async_engine(url, pool_size=pool, max_overflow=0)


def peak_kib():
    with open("/proc/self/status") as status:
        for line in status:
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    return 0


async def many(peer, ask):
    each = -(-ask["times"] // max(ask["tasks"], 1))

    async def reader(task):
        numbers = random.Random(ask["round"] * 1000 + task)
        for _ in range(each):
            id = numbers.randint(1, ask["rows"])
            assert await peer.get(id) == id

    started = time.perf_counter_ns()
    await asyncio.gather(*(reader(task) for task in range(ask["tasks"])))
    total = time.perf_counter_ns() - started
    reads = each * ask["tasks"]
    return {"median_ns": total // max(reads, 1), "total_ns": total, "rows": reads}


async def answer(peer, ask):
    op, rows = ask["op"], 0
    if op == "get_many":
        return await many(peer, ask)
    tag = f"{time.time_ns() // 1000:x}"
    numbers = random.Random(ask["round"])
    times = []

    async def timed(work):
        started = time.perf_counter_ns()
        result = await work
        times.append(time.perf_counter_ns() - started)
        return result

    for number in range(ask["times"]):
        id = numbers.randint(1, max(ask["rows"], 1))
        if op == "get":
            assert await timed(peer.get(id)) == id
        elif op == "create":
            assert await timed(peer.create(new(tag, number))) > ask["rows"]
        elif op == "update":
            changes = change(numbers.randint(1, 1_000_000))
            assert await timed(peer.update(id, changes)) == id
        elif op == "delete":
            assert await timed(peer.delete(ask["from"] + number))
        elif op == "exists":
            assert await timed(peer.exists(number % 4))
        elif op == "count":
            rows = await timed(peer.count(number % 4))
            assert rows >= ask["rows"] // 4
        elif op == "list":
            assert await timed(peer.list(ask["size"])) == ask["size"]
        elif op == "transaction":
            other = numbers.randint(1, ask["rows"])
            await timed(peer.transaction(id, other, ask["from"] + number))
        elif op == "bulk_insert":
            rows = await timed(peer.bulk_insert(tag, ask["size"]))
        elif op == "bulk_update":
            changes = [
                (id, change(id + number + ask["round"])) for id in range(1, ask["size"] + 1)
            ]
            rows = await timed(peer.bulk_update(changes))
        elif op == "export":
            rows = await timed(peer.export(ask["path"]))
            assert rows == ask["size"]
        else:
            return {"missing": True, "error": "this peer has no such operation"}
    return {"median_ns": int(statistics.median(times)), "total_ns": sum(times), "rows": rows}


async def main():
    options = argparse.ArgumentParser()
    options.add_argument("--peer")
    options.add_argument("--backend")
    options.add_argument("--url")
    options.add_argument("--pool", type=int)
    options = options.parse_args()
    engine = engine_of(options.backend, options.url, options.pool)
    peer = {"sqlalchemy": SqlAlchemy, "advanced-alchemy": AdvancedAlchemy}[options.peer](engine)
    async with engine.connect():
        pass
    loop = asyncio.get_running_loop()
    response = {}
    while True:
        response["peak_kib"] = peak_kib()
        print(json.dumps(response), flush=True)
        line = await loop.run_in_executor(None, sys.stdin.readline)
        if not line:
            await engine.dispose()
            return
        try:
            response = await answer(peer, json.loads(line))
        except Exception as error:
            response = {"error": f"{type(error).__name__}: {error}"}


asyncio.run(main())
