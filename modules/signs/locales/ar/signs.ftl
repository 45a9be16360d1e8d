signs-title = العلامات الحيوية
signs-tab = العلامات الحيوية
signs-save = حفظ لـ { $name }
signs-check = التحقق دون حفظ
signs-keys = Enter: الخانة التالية · Ctrl-Enter: حفظ
signs-taken = وقت القياس
signs-reason = السبب
signs-required = إلزامي
signs-back = العودة دون تصحيح
signs-draft-back = إدخال غير محفوظ من { $time }، استُعيد هنا.
signs-draft-keep = حفظ كمسودة
signs-draft-kept = حُفظت المسودة على %
signs-draft-lost = لم تُحفظ المسودة: لا شبكة
signs-wrong = يجب التصحيح قبل الحفظ. لم يضع شيء.
signs-wrong-number = هذا ليس رقما.
signs-wrong-pair = يُنتظر رقمان، مثل 120/80.
signs-wrong-order = الضغط الانقباضي أكبر من الانبساطي.
signs-wrong-choice = هذا الاختيار غير موجود.
signs-wrong-decimals = { $n ->
    [0] دون فاصلة عشرية.
    [one] رقم واحد بعد الفاصلة على الأكثر.
    [two] رقمان بعد الفاصلة على الأكثر.
   *[other] { $n } أرقام بعد الفاصلة على الأكثر.
}
signs-wrong-impossible = مستحيل: من { $low } إلى { $high } { $unit }.
signs-wrong-future = وقت القياس في المستقبل.
signs-wrong-time = وقت القياس غير مقروء.
signs-wrong-birth = القياس سابق للولادة.
signs-wrong-empty = لم تُدخل أي قيمة.
signs-wrong-reason = السبب ضروري، في 200 حرف على الأكثر.
signs-strange = { $value } غير معتاد (المنتظر من { $low } إلى { $high } { $unit }).
signs-strange-all = توجد قيمة غير معتادة. إن كانت صحيحة فأكدها ثم احفظ.
signs-confirm = القيمة صحيحة
signs-lacking = لم يُحسب. ينقص:
signs-beyond = { $name } (خارج الحدود)
signs-bar-age-unknown = لم يُحسب: العمر غير معروف.
signs-bar-young = { $n ->
    [one] لا يطبق قبل سنة واحدة.
    [two] لا يطبق قبل سنتين.
    [few] لا يطبق قبل { $n } سنوات.
   *[other] لا يطبق قبل { $n } سنة.
}
signs-bar-old = { $n ->
    [one] لا يطبق بعد سنة واحدة.
    [two] لا يطبق بعد سنتين.
    [few] لا يطبق بعد { $n } سنوات.
   *[other] لا يطبق بعد { $n } سنة.
}
signs-bar-pregnant = لا يطبق أثناء الحمل.
signs-not-pregnant = لا يصلح أثناء الحمل، والحمل غير مدون.
signs-level-none = لا نقطة
signs-level-low = منخفض
signs-level-low-medium = مؤشر واحد بقيمة 3
signs-level-medium = متوسط
signs-level-high = مرتفع
signs-last = آخر القياسات
signs-none = لا قياس بعد. سيظهر أول إدخال هنا.
signs-sign = القياس
signs-by = أدخلها
signs-late = أُدخل { $at }
signs-correct = تصحيح أو شطب
signs-correct-title = تصحيح قياسات { $when }
signs-corrected = صُحح: { $reason }
signs-struck-by = شُطب: { $reason } ({ $by }، { $at })
signs-in-error = أُدخل خطأ
signs-strike-title = شطب دون تعويض
signs-strike-hint = تبقى القياسات ظاهرة مشطوبة مع السبب، ولا تُحسب بعد ذلك في النتيجة ولا في المنحنيات.
signs-strike-of = شطب هذه القياسات لـ { $name }
signs-older = الأقدم
signs-newest = الأحدث
signs-target-title = هدف SpO₂
signs-target-on = هدف 88–92 % حدده طبيب: السلّم 2
signs-target-off = السلّم 1
signs-target-flag = هدف SpO₂ 88–92 % (السلّم 2 من NEWS2)
signs-target-hint = السلّم 2 خاص بالمرضى الذين هدف تشبعهم من 88 إلى 92 %.
signs-target-set = تحديد هدف 88–92 % لـ { $name }
signs-target-clear = رفع هدف 88–92 % عن { $name }
signs-wards = المصالح
signs-no-wards = لا توجد مصلحة بأسرّة مسجلة.
signs-choose-ward = اختر مصلحة.
signs-ward-none = لا يوجد في هذه المصلحة مريض في عهدتك.
signs-ward-all = { $n ->
    [one] مريض واحد
    [two] مريضان
    [few] { $n } مرضى
   *[other] { $n } مريضا
}
signs-ward-late = { $n ->
    [one] واحد متأخر
    [two] اثنان متأخران
   *[other] { $n } متأخرون
}
signs-place = السرير
signs-patient = المريض
signs-due = القياس القادم
signs-last-set = آخر مجموعة
signs-late-mark = متأخر
signs-due-never = لا قياس منذ 24 ساعة
signs-due-always = مراقبة مستمرة
signs-due-unsaid = نتيجة غير كاملة
signs-due-at = { $time } ({ $ago })
signs-page-before = الصفحة السابقة
signs-page-after = الصفحة التالية
signs-scores = المقاييس
signs-scores-active = مقاييس قابلة للاستعمال
signs-scores-inactive = مقاييس يجب أن تؤكدها المؤسسة
signs-scores-inactive-hint = لا تُحسب هذه المقاييس ما لم يؤكدها شخص من المؤسسة.
signs-score-unconfirmed = لم يؤكد أحد من المؤسسة هذا المقياس: يُعرض ولا يُحسب.
signs-score-source = المصدر
signs-score-licence = الشروط
signs-score-open = المقياس غير مكتمل: لم يُحفظ.
signs-score-back = كل المقاييس
signs-known = مأخوذ من { $at }
signs-score-lacks = للإكمال
signs-growth = النمو
signs-growth-none = لا وزن ولا طول قبل خمس سنوات. سيظهران هنا عند إدخالهما.
signs-growth-no-sex = تحتاج منحنيات النمو إلى الجنس، وهو غير معروف.
signs-growth-no-birth = تحتاج منحنيات النمو إلى يوم الولادة بالضبط.
signs-growth-z = البعد عن الوسيط
signs-growth-standard = المنحنى
signs-growth-value = القيمة
signs-growth-when = تاريخ القياس
signs-growth-by-months = العمر بالأشهر
signs-growth-by-height = الطول بالسنتيمتر
signs-growth-source = معايير منظمة الصحة العالمية لنمو الطفل من الولادة إلى خمس سنوات (2006، 2007). منحنيات عند 0 و±2 و±3 انحرافات معيارية.
signs-print = طباعة
signs-standard-weight-for-age = الوزن حسب العمر
signs-standard-height-for-age = الطول حسب العمر
signs-standard-bmi-for-age = مؤشر كتلة الجسم حسب العمر
signs-standard-head-for-age = محيط الرأس حسب العمر
signs-standard-weight-for-length = الوزن حسب الطول مستلقيا
signs-standard-weight-for-height = الوزن حسب الطول واقفا
signs-z-below-3 = أقل من ⁦−3⁩
signs-z-below-2 = بين ⁦−3⁩ و⁦−2⁩
signs-z-within = بين ⁦−2⁩ و⁦+2⁩
signs-z-above-2 = بين ⁦+2⁩ و⁦+3⁩
signs-z-above-3 = أكثر من ⁦+3⁩
signs-z-improbable = غير محتمل: يجب التحقق
signs-balance = حصيلة السوائل
signs-balance-day = حصيلة { $day }، من { $from } إلى { $from }
signs-balance-new = إضافة داخل أو خارج
signs-balance-kind = النوع
signs-balance-in = الداخل
signs-balance-out = الخارج
signs-balance-volume = الحجم
signs-balance-hour = الساعة
signs-balance-total = مجموع اليوم
signs-balance-net = الحصيلة
signs-balance-none = لم يدون شيء لهذا اليوم.
signs-balance-entries = المدوّن
signs-balance-before = اليوم السابق
signs-balance-after = اليوم التالي
signs-balance-cut = اللائحة أطول من أن تُجمع: لا يُعطى أي مجموع.
signs-balance-wrong-kind = اختر النوع.
signs-balance-wrong-volume = يُنتظر حجم صحيح من 1 إلى { $most } مل.
signs-balance-strike = شطب
