//! The category tree and the products.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::prelude::{DateTime, Uuid};

use super::{Keys, amount, at, insert};

/// Slug, name and the slug of the parent; a slice for each level, since a parent must have its key
/// before a child can name it.
const CATEGORIES: [&[(&str, &str, Option<&str>)]; 3] = [
    &[
        ("electronics", "Electronics", None),
        ("home", "Home & Kitchen", None),
        ("books", "Books", None),
    ],
    &[
        ("audio", "Audio", Some("electronics")),
        ("photo", "Photography", Some("electronics")),
        ("coffee-tea", "Coffee & Tea", Some("home")),
        ("lighting", "Lighting", Some("home")),
        ("travel", "Travel", Some("books")),
        ("fiction", "Fiction", Some("books")),
    ],
    &[
        ("headphones", "Headphones", Some("audio")),
        ("loudspeakers", "Loudspeakers", Some("audio")),
        ("lenses", "Lenses", Some("photo")),
        ("teapots", "Teapots", Some("coffee-tea")),
        ("grinders", "Grinders", Some("coffee-tea")),
    ],
];

pub(super) struct Product {
    public_id: &'static str,
    pub(super) sku: &'static str,
    name: &'static str,
    description: Option<&'static str>,
    category: &'static str,
    pub(super) price: &'static str,
    stock: i32,
    weight_kg: Option<f64>,
    active: bool,
    available_from: Option<&'static str>,
    thumbnail: Option<&'static [u8]>,
}

/// A transparent GIF of one pixel.
const PIXEL: &[u8] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff\
    !\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";

/// A product on sale without anything optional, to be completed.
const PLAIN: Product = Product {
    public_id: "",
    sku: "",
    name: "",
    description: None,
    category: "",
    price: "",
    stock: 0,
    weight_kg: None,
    active: true,
    available_from: None,
    thumbnail: None,
};

pub(super) const PRODUCTS: [Product; 16] = [
    Product {
        public_id: "01952021-547f-77f2-b70d-9e260e271365",
        sku: "HP-OVER-01",
        name: "Over-ear headphones, wired",
        description: Some("Closed back, 38 ohm, 3 m cable with a 6.35 mm adapter."),
        category: "headphones",
        price: "129.00",
        stock: 42,
        weight_kg: Some(0.285),
        thumbnail: Some(PIXEL),
        ..PLAIN
    },
    Product {
        public_id: "01952fe5-a9c9-7fd2-ab90-2f8911e81818",
        sku: "HP-BUDS-02",
        name: "In-ear headphones, wireless",
        description: Some("Seven hours on a charge; the case holds three more charges."),
        category: "headphones",
        price: "79.90",
        stock: 118,
        weight_kg: Some(0.048),
        thumbnail: Some(PIXEL),
        ..PLAIN
    },
    Product {
        public_id: "01953f32-1675-790e-945d-e2e8f54ee781",
        sku: "LS-SHELF-01",
        name: "Bookshelf loudspeakers, pair",
        description: Some("Two-way, 130 mm woofer, walnut veneer."),
        category: "loudspeakers",
        price: "349.50",
        stock: 9,
        weight_kg: Some(11.6),
        ..PLAIN
    },
    Product {
        public_id: "01954e80-160b-7016-9a67-036f9b540d6b",
        sku: "LS-PORT-02",
        name: "Portable loudspeaker „Kiesel“",
        description: Some("Waterproof to one metre, fits into a coat pocket."),
        category: "loudspeakers",
        price: "59.00",
        stock: 64,
        weight_kg: Some(0.54),
        available_from: Some("2025-03-01T09:00:00"),
        ..PLAIN
    },
    Product {
        public_id: "01955df0-69dd-7817-8e6e-118d264aad6c",
        sku: "LN-35-F2",
        name: "Lens 35 mm f/2",
        description: Some("Eight elements in six groups, 49 mm filter thread."),
        category: "lenses",
        price: "419.00",
        stock: 5,
        weight_kg: Some(0.21),
        thumbnail: Some(PIXEL),
        ..PLAIN
    },
    Product {
        public_id: "01956d8d-8230-7190-a37c-b11f5d108cf2",
        sku: "PH-STRAP-01",
        name: "Camera strap, leather",
        category: "photo",
        price: "34.95",
        stock: 71,
        weight_kg: Some(0.11),
        ..PLAIN
    },
    Product {
        public_id: "01957cd7-4630-7fa0-b148-3f95a90d9df2",
        sku: "PH-FILM-400",
        name: "Black-and-white film ISO 400, 36 exposures",
        category: "photo",
        price: "8.50",
        stock: 300,
        weight_kg: Some(0.03),
        ..PLAIN
    },
    Product {
        public_id: "01958c73-1cd1-7695-94da-8c659ce2b10c",
        sku: "TP-KYUSU-01",
        name: "Kyūsu teapot 常滑焼, 300 ml",
        description: Some(
            "Side handle, ceramic sieve. Fired in Tokoname.\nNot for the dishwasher.",
        ),
        category: "teapots",
        price: "64.00",
        stock: 14,
        weight_kg: Some(0.32),
        thumbnail: Some(PIXEL),
        ..PLAIN
    },
    Product {
        public_id: "01959bf7-bbd5-718e-8b96-c4dbadbe1722",
        sku: "TP-GLASS-02",
        name: "Glass teapot, 1.2 l",
        category: "teapots",
        price: "27.90",
        stock: 33,
        weight_kg: Some(0.61),
        ..PLAIN
    },
    Product {
        public_id: "0195abb2-d366-7d24-ac63-6a8ac0a1271e",
        sku: "GR-HAND-01",
        name: "Hand grinder, steel burrs",
        description: Some("Stepless, 25 g hopper; from espresso to French press."),
        category: "grinders",
        price: "89.00",
        stock: 27,
        weight_kg: Some(0.63),
        ..PLAIN
    },
    Product {
        public_id: "0195bac2-0415-7d8f-afa8-edd094ba97ae",
        sku: "CF-BEANS-1K",
        name: "Espresso beans „Sidamo“, 1 kg",
        category: "coffee-tea",
        price: "24.00",
        stock: 85,
        weight_kg: Some(1.0),
        ..PLAIN
    },
    Product {
        public_id: "0195ca36-ec50-7394-a973-3a9247d58fa3",
        sku: "TE-SENCHA-100",
        name: "Sencha 煎茶, 100 g",
        category: "coffee-tea",
        price: "13.20",
        stock: 140,
        weight_kg: Some(0.1),
        ..PLAIN
    },
    Product {
        public_id: "0195d989-faf0-7118-a9fb-388c22e44cb6",
        sku: "LT-DESK-01",
        name: "Desk lamp, dimmable",
        description: Some("2700 to 5000 K, 9 W, with a clamp and a foot."),
        category: "lighting",
        price: "54.99",
        stock: 0,
        weight_kg: Some(1.85),
        available_from: Some("2026-02-15T08:30:00.250000"),
        ..PLAIN
    },
    Product {
        public_id: "0195e96c-1105-720f-b169-779edfb5b934",
        sku: "BK-TRAV-NORD",
        name: "Night Trains of the North",
        description: Some("Forty routes from Hamburg to Narvik, with maps."),
        category: "travel",
        price: "22.00",
        stock: 51,
        weight_kg: Some(0.48),
        ..PLAIN
    },
    Product {
        public_id: "0195f8b0-7bf2-7e88-beb0-766d1877f8c6",
        sku: "BK-FICT-ATLAS",
        name: "L'Atlas des heures perdues",
        category: "fiction",
        price: "18.50",
        stock: 23,
        weight_kg: Some(0.39),
        ..PLAIN
    },
    Product {
        public_id: "0196082f-b4a9-7795-87a7-66ec30e40374",
        sku: "GIFT-CARD",
        name: "Gift card stationery",
        category: "home",
        price: "0.00",
        stock: 999,
        active: false,
        ..PLAIN
    },
];

pub(super) async fn seed(db: &impl ConnectionTrait) -> Result<(), DbErr> {
    for level in CATEGORIES {
        let above = Keys::of(db, "categories", "slug").await?;
        let mut rows = Vec::new();
        for (position, (slug, name, parent)) in (1_i32..).zip(level) {
            let parent = parent.map(|slug| above.get(slug)).transpose()?;
            rows.push([
                (*slug).into(),
                (*name).into(),
                parent.into(),
                position.into(),
            ]);
        }
        let columns = ["slug", "name", "parent_id", "position"];
        insert(db, "categories", columns, rows).await?;
    }

    let categories = Keys::of(db, "categories", "slug").await?;
    let rows = PRODUCTS
        .iter()
        .map(|product| Ok(product_row(product, categories.get(product.category)?)))
        .collect::<Result<_, DbErr>>()?;
    insert(db, "products", PRODUCT_COLUMNS, rows).await
}

const PRODUCT_COLUMNS: [&str; 13] = [
    "public_id",
    "sku",
    "name",
    "description",
    "category_id",
    "price",
    "stock",
    "weight_kg",
    "is_active",
    "available_from",
    "thumbnail",
    "created_at",
    "updated_at",
];

fn product_row(product: &Product, category_id: i64) -> [Expr; 13] {
    let public_id: Uuid = product.public_id.parse().expect("a seed id is a UUID");
    let available_from: Option<DateTime> = product
        .available_from
        .map(|time| time.parse().expect("a seed time is ISO 8601"));
    let entered = at("2025-01-02T10:00:00Z");
    [
        public_id.into(),
        product.sku.into(),
        product.name.into(),
        product.description.into(),
        category_id.into(),
        amount(product.price).into(),
        product.stock.into(),
        product.weight_kg.into(),
        product.active.into(),
        available_from.into(),
        product.thumbnail.map(<[u8]>::to_vec).into(),
        entered.into(),
        entered.into(),
    ]
}
