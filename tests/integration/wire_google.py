#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Our encodings against Google's own protobuf: canonical bytes are what its deterministic serialiser writes, our JSON is
its JSON mapping with default values, and the descriptors that reflection serves build whole."""
import glob
import json
import os
import unittest

from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory

CORPUS = "tests/fuzz/corpus"


def load_pool():
    with open(os.path.join(os.environ["AX_BUILD"], "proto/anxin.binpb"), "rb") as file:
        files = descriptor_pb2.FileDescriptorSet.FromString(file.read())
    pool = descriptor_pool.DescriptorPool()
    for file in files.file:
        pool.Add(file)
    return pool


POOL = load_pool()


def message_of(name):
    descriptor = POOL.FindMessageTypeByName(name)
    if hasattr(message_factory, "GetMessageClass"):
        return message_factory.GetMessageClass(descriptor)
    return message_factory.MessageFactory(POOL).GetPrototype(descriptor)


def to_json(message):
    try:
        text = json_format.MessageToJson(message, always_print_fields_with_no_presence=True)
    except TypeError:  # protobuf before 26
        text = json_format.MessageToJson(message, including_default_value_fields=True)
    return json.loads(text)


def read(path, mode="rb"):
    with open(path, mode) as file:
        return file.read()


class Same(unittest.TestCase):
    def test_facts(self):
        fact = message_of("anxin.v1.Fact")
        kinds = 0
        for path in sorted(glob.glob(f"{CORPUS}/json_fact/*")):
            wire = f"{CORPUS}/wire_fact/{os.path.basename(path)}"
            if not os.path.exists(wire):
                continue
            kinds += 1
            with self.subTest(os.path.basename(path)):
                message = fact.FromString(read(wire))
                self.assertEqual(message.SerializeToString(deterministic=True), read(wire))
                self.assertEqual(to_json(message), json.loads(read(path)))
                self.assertEqual(json_format.Parse(read(path), fact()), message)
        self.assertEqual(kinds, len(fact.DESCRIPTOR.oneofs_by_name["body"].fields))

    def test_ratings(self):
        rating = message_of("anxin.v1.Rating")
        for path in sorted(glob.glob(f"{CORPUS}/wire_rating/rating_*")):
            with self.subTest(os.path.basename(path)):
                data = read(path)
                self.assertEqual(rating.FromString(data).SerializeToString(deterministic=True), data)

    def test_services(self):
        for name in ("Ingest", "Rating", "Gate", "Insurance", "Enterprise", "Regulator", "Admin", "Audit"):
            service = POOL.FindServiceByName(f"anxin.v1.{name}Service")
            self.assertTrue(service.methods)


if __name__ == "__main__":
    unittest.main()
